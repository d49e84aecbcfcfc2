"""Every hour: the open shipments of the table, scored by the version that serves.

Each hour is a partition: a DAG that reads the predictions can wait for all hours of a day, and a missed hour can be
backfilled alone.
"""

from airflow.sdk import DAG, CronPartitionTimetable
from supply_chain import DAG_ARGUMENTS, PREDICTIONS, SCHEMA, SOURCE, result_of

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
        ingested=result_of("ingest_data", "digest"),
        outlets=[PREDICTIONS],
    )
    ingest_data >> score_shipments
