"""Every day: the table as it was known at the end of the day, to a trained, registered and perhaps promoted model.

A run depends on its data interval alone: repeated or backfilled, it gives the same digests, and computes nothing again.
A version that is older than the one that serves is registered, and never promoted.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable
from supply_chain import DAG_ARGUMENTS, train_and_promote

with DAG(
    "supply_chain_pipeline",
    schedule=CronDataIntervalTimetable("@daily", timezone="UTC"),
    doc_md=__doc__,
    **DAG_ARGUMENTS,
) as dag:
    train_and_promote(until="{{ data_interval_end }}")
