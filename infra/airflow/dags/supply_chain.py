"""What the DAGs of this folder share: the schema and its assets, the tables, and how often tasks are retried."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, Param

SCHEMA = os.environ.get("DELAY_AIRFLOW_SCHEMA", "smart_logistics")
"""A built-in schema, or the path of a file. It names the assets, so it is read when DAG files are."""
RAW_DATA = Asset(name=f"{SCHEMA} raw data", uri=f"delay-core://{SCHEMA}/raw-data")
"""Updated by whoever lands new rows: a task of another DAG, or a POST to Airflow's API."""
RETRAINING = Asset(name=f"{SCHEMA} retraining", uri=f"delay-core://{SCHEMA}/retraining")
"""Updated when monitoring decides that the model has to be trained again, or rolled back."""
PREDICTIONS = Asset(name=f"{SCHEMA} predictions", uri=f"delay-core://{SCHEMA}/predictions")
"""Predictions of open shipments, one partition per hour."""

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


def result_of(task_id: str, key: str) -> str:
    """The template of a value that an earlier task returned."""
    return f"{{{{ ti.xcom_pull(task_ids='{task_id}')['{key}'] }}}}"
