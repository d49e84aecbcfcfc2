"""A new model when new rows have landed, or when monitoring asks for one; promoted only if it is better.

It reads all rows that are known when the run is started, so that a repeated run gives the same digests.
"""

from airflow.sdk import DAG
from supply_chain import DAG_ARGUMENTS, SCHEMA, train_and_promote

from entrypoints.airflow.assets import schema_asset

with DAG(
    "supply_chain_retraining",
    schedule=schema_asset(SCHEMA, "raw-data") | schema_asset(SCHEMA, "retraining"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    train_and_promote(until="{{ dag_run.run_after }}")
