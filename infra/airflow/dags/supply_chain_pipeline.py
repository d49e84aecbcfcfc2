"""Every day: the table as it was known at the end of the day, to a trained, registered and perhaps promoted model.

A run depends on its data interval alone: repeated or backfilled, it gives the same digests, and computes nothing again.
A version that is older than the one that serves is registered, and never promoted.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable
from supply_chain import DAG_ARGUMENTS, SCHEMA, SOURCE, result_of

from entrypoints.airflow.operators import IngestOperator, PreprocessOperator, PromoteOperator, TrainOperator

with DAG(
    "supply_chain_pipeline",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    ingest_data = IngestOperator(task_id="ingest_data", schema=SCHEMA, source=SOURCE, until="{{ data_interval_end }}")
    preprocess_data = PreprocessOperator(
        task_id="preprocess_data", schema=SCHEMA, ingested=result_of("ingest_data", "digest")
    )
    train_model = TrainOperator(task_id="train_model", schema=SCHEMA, prepared=result_of("preprocess_data", "digest"))
    evaluate_and_promote = PromoteOperator(
        task_id="evaluate_and_promote", schema=SCHEMA, version=result_of("train_model", "version")
    )
    ingest_data >> preprocess_data >> train_model >> evaluate_and_promote
