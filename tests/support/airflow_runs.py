"""Runs of the product's DAGs: started as users do, waited for, and what their tasks returned."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.airflow.client import AirflowClient, DagRun, TaskState
from infra.local.airflow_settings import DAGS, dag_bundle
from infra.local.waiting import wait_until
from support import dag_test_process
from support.airflow_stack import SOURCE, TRAINING
from support.mlflow_stores import fresh_store
from support.run import new_folder

ROOT = Path(__file__).parents[2]
PIPELINE, RETRAINING = "supply_chain_pipeline", "supply_chain_retraining"
DAYS = (datetime(2024, 2, 19, tzinfo=UTC), datetime(2024, 2, 20, tzinfo=UTC))
"""Of the backfill; the table has rows until 2024-02-29."""
SECONDS = 900
"""How long one thing may take; all tests together take less on two quiet cores."""

Process = subprocess.Popen[str]
Results = dict[str, dict[str, Any]]
"""What the tasks of a run returned."""


def start_pipeline(url: str, login: tuple[str, str]) -> Process:
    """Start what `make pipeline-airflow` runs, for the latest day."""
    user, password = login
    variables = {"DELAY_AIRFLOW_URL": url, "DELAY_AIRFLOW_USER": user, "DELAY_AIRFLOW_PASSWORD": password}
    return _start([sys.executable, "-m", "infra.airflow"], variables)


def start_dag_test(day: datetime) -> Process:
    """Start `dag.test()` from the original folder of the DAGs, with a new database and new stores."""
    folder = new_folder()
    fresh_store(folder)
    settings = {
        "AIRFLOW_HOME": str(folder / "home"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": dag_bundle(DAGS),
        "AIRFLOW_VAR_DELAY_SOURCE": SOURCE,
        "DELAY_DATA": str(folder / "data"),
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
        **TRAINING,
    }
    # The interval of a manual run is the last one that is complete at its logical date.
    moment = (day + timedelta(days=1)).isoformat()
    return _start([sys.executable, dag_test_process.__file__, str(DAGS), PIPELINE, moment], settings)


def output_of(process: Process) -> str:
    """What the process has printed when it has ended well."""
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, output
    return output


def last_json(output: str) -> Results:
    """The JSON in the last line."""
    results: Results = json.loads(output.strip().splitlines()[-1])
    return results


def results_of(client: AirflowClient, run: DagRun) -> Results:
    """What the tasks of a finished run returned."""
    return {each.task_id: client.xcom(run, each.task_id) for each in client.tasks(run)}


def finished(client: AirflowClient, run: DagRun) -> DagRun:
    """The run when it has ended."""
    return wait_until(lambda: now if (now := client.run(run.dag_id, run.run_id)).finished else None, SECONDS)


def running_process(client: AirflowClient, run: DagRun, task_id: str) -> int:
    """The pid of the task when it runs."""

    def pid() -> int | None:
        return next((each.pid for each in client.tasks(run) if _runs(each, task_id)), None)

    return wait_until(pid, SECONDS)


def _runs(task: TaskState, task_id: str) -> bool:
    return task.task_id == task_id and task.state == "running"


def _start(command: Sequence[str], variables: Mapping[str, str]) -> Process:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "DELAY_", "MLFLOW_"))}
    return subprocess.Popen(
        command, cwd=ROOT, env={**own, **variables}, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
