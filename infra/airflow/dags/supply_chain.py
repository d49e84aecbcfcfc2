"""What the DAGs of this folder share: the schema, the tables, and how often tasks are retried."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param

from entrypoints.airflow.assets import schema_asset
from entrypoints.airflow.operators import IngestOperator, PreprocessOperator, PromoteOperator, TrainOperator

SCHEMA = os.environ.get("DELAY_AIRFLOW_SCHEMA", "smart_logistics")
"""A built-in schema, or the path of a file. It names the assets, so it is read when DAG files are."""
SOURCE = "{{ params.source or var.value.get('delay_source', 'simulator://smart_logistics') }}"
"""The table of shipments: that of the run's configuration, else the Airflow variable `delay_source`."""
OUTCOMES = "{{ var.value.get('delay_outcomes_source', '') or " + SOURCE.removeprefix("{{ ")
"""The table of outcomes: the Airflow variable `delay_outcomes_source`, else the table of shipments."""

TASK_ARGUMENTS: dict[str, Any] = {
    "owner": "delay-core",
    "retries": 6,  # a store may be unavailable for ten minutes
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
}
DAG_ARGUMENTS: dict[str, Any] = {
    "start_date": datetime(2024, 1, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": TASK_ARGUMENTS,
    "params": {"source": Param(None, type=["null", "string"], description="URL or path of the table of shipments")},
    "tags": ["delay-core", SCHEMA],
}


def train_and_promote(until: str) -> None:
    """The tasks from the table, as it was known at `until`, to the decision of the gate about a new version."""
    ingest_data = IngestOperator(task_id="ingest_data", schema=SCHEMA, source=SOURCE, until=until)
    preprocess_data = PreprocessOperator(task_id="preprocess_data", schema=SCHEMA, ingested=ingest_data.output)
    train_model = TrainOperator(
        task_id="train_model",
        schema=SCHEMA,
        prepared=preprocess_data.output,
        outlets=[schema_asset(SCHEMA, "model")],
    )
    evaluate_and_promote = PromoteOperator(
        task_id="evaluate_and_promote",
        schema=SCHEMA,
        version=train_model.output,
        outlets=[schema_asset(SCHEMA, "promotion")],
    )
    ingest_data >> preprocess_data >> train_model >> evaluate_and_promote
