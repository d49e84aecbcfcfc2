"""Every hour: the open shipments of the table, scored by the version that serves.

Each hour is a partition: a DAG that reads the predictions can wait for all hours of a day, and a missed hour can be
backfilled alone.
"""

from airflow.sdk import DAG, CronPartitionTimetable
from supply_chain import DAG_ARGUMENTS, SCHEMA, SOURCE

from entrypoints.airflow.assets import schema_asset
from entrypoints.airflow.operators import IngestOperator, ScoreOperator

with DAG(
    "supply_chain_scoring",
    schedule=CronPartitionTimetable("@hourly", timezone="UTC"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    ingest_data = IngestOperator(task_id="ingest_data", schema=SCHEMA, source=SOURCE, until="{{ dag_run.run_after }}")
    score_shipments = ScoreOperator(
        task_id="score_shipments",
        schema=SCHEMA,
        ingested=ingest_data.output,
        outlets=[schema_asset(SCHEMA, "predictions")],
    )
    ingest_data >> score_shipments
