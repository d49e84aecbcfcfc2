"""A new model when new rows have landed, or when monitoring asks for one; promoted only if it is better.

It reads all rows that are known when the run is started, so that a repeated run gives the same digests.
"""

from airflow.sdk import DAG
from supply_chain import DAG_ARGUMENTS, RAW_DATA, RETRAINING, SCHEMA, SOURCE, result_of

from entrypoints.airflow.operators import IngestOperator, PreprocessOperator, PromoteOperator, TrainOperator

with DAG("supply_chain_retraining", schedule=RAW_DATA | RETRAINING, doc_md=__doc__, **DAG_ARGUMENTS) as dag:
    ingest_data = IngestOperator(task_id="ingest_data", schema=SCHEMA, source=SOURCE, until="{{ dag_run.run_after }}")
    preprocess_data = PreprocessOperator(
        task_id="preprocess_data", schema=SCHEMA, ingested=result_of("ingest_data", "digest")
    )
    train_model = TrainOperator(task_id="train_model", schema=SCHEMA, prepared=result_of("preprocess_data", "digest"))
    evaluate_and_promote = PromoteOperator(
        task_id="evaluate_and_promote", schema=SCHEMA, version=result_of("train_model", "version")
    )
    ingest_data >> preprocess_data >> train_model >> evaluate_and_promote
