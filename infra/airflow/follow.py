"""A run of a DAG, started for a data interval and followed until it ends."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from delay_core.errors import StoreError
from infra.airflow.client import AirflowClient, AirflowError, DagRun, TaskState

POLL_SECONDS = 1.0
PARSE_SECONDS = 120
"""How long Airflow may take to read the DAG files after its start."""


def start_run(
    client: AirflowClient, dag_id: str, interval: tuple[datetime, datetime], conf: Mapping[str, Any]
) -> DagRun:
    """Start the run of this interval; a finished one is repeated, one that runs is returned.

    Raises AirflowError, TimeoutError if Airflow does not know the DAG, and StoreError if the run of this interval has
    another configuration.
    """
    wait_for_dag(client, dag_id)
    try:
        return client.trigger(dag_id, interval, conf)
    except AirflowError as error:
        run = client.run_at(dag_id, interval[0]) if error.status == HTTPStatus.CONFLICT else None
        if run is None:
            raise
    if dict(run.conf) != dict(conf):
        raise StoreError(
            f"the run {run.run_id} of this interval was started with {dict(run.conf)}, not with {dict(conf)}; choose "
            "another date, or delete that run"
        )
    if run.finished:
        client.repeat(run)
    return run


def wait_for_dag(client: AirflowClient, dag_id: str, seconds: float = PARSE_SECONDS) -> None:
    """Return when Airflow has read the DAG. Raises TimeoutError with the import errors."""
    deadline = time.monotonic() + seconds
    while client.is_paused(dag_id) is None:
        if time.monotonic() > deadline:
            errors = "\n".join(client.import_errors()) or "no DAG file has an error"
            raise TimeoutError(f"waited {seconds:g} s: Airflow does not know the DAG {dag_id}; {errors}")
        time.sleep(POLL_SECONDS)


def follow(client: AirflowClient, run: DagRun, write: Callable[[str], None]) -> DagRun:
    """The finished run; each change of a task's state is written as a line. A paused DAG runs until then.

    Raises AirflowError.
    """
    paused = client.is_paused(run.dag_id)
    if paused:
        client.pause(run.dag_id, paused=False)
    states: dict[str, str | None] = {}
    try:
        while True:
            now = client.run(run.dag_id, run.run_id)
            for task in client.tasks(run):
                if task.state and states.get(task.task_id) != task.state:
                    states[task.task_id] = task.state
                    write(_line(task))
            if now.finished:
                return now
            time.sleep(POLL_SECONDS)
    finally:
        if paused:
            client.pause(run.dag_id, paused=True)


def _line(task: TaskState) -> str:
    attempt = f" (attempt {task.attempt})" if task.attempt > 1 else ""
    return f"{datetime.now(UTC):%H:%M:%S}  {task.task_id:<22} {task.state}{attempt}"
