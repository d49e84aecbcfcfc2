"""One Airflow for all tests of this folder, and the runs that they look at."""

import os
import signal
from dataclasses import dataclass
from typing import Any

import pytest

from infra.airflow.client import DagRun
from infra.local.waiting import wait_until
from support.airflow_runs import (
    DAYS,
    PIPELINE,
    RETRAINING,
    SECONDS,
    Process,
    Results,
    output_of,
    results_of,
    running_process,
    start_dag_test,
    start_pipeline,
)
from support.airflow_stack import airflow_stack
from support.run import new_folder


@dataclass(frozen=True)
class FirstRun:
    """A run, what `make pipeline-airflow` printed, what its tasks returned, and `delay runs` after it."""

    run: DagRun
    output: str
    results: Results
    registry: dict[str, Any]


@dataclass(frozen=True)
class Background:
    """What runs at the same time. A process of the task `killed` of the retraining was killed."""

    again: Process
    in_process: Process
    retraining: DagRun
    killed: str


@pytest.fixture(scope="session")
def stack():
    with airflow_stack(new_folder()) as running:
        yield running


@pytest.fixture(scope="session")
def first(stack) -> FirstRun:
    """The latest day, before anything else is started."""
    with start_pipeline(stack.server.url, stack.login) as process:
        output = output_of(process)
    [run] = stack.client.runs(PIPELINE)
    return FirstRun(run, output, results_of(stack.client, run), stack.delay.json("runs"))


@pytest.fixture(scope="session")
def background(stack, first):
    """The same day again, an asset event, a backfill, and one of its days by `dag.test()`."""
    assert first.run.state == "success"
    client = stack.client
    for dag_id in (PIPELINE, RETRAINING):
        client.pause(dag_id, paused=False)
    with start_pipeline(stack.server.url, stack.login) as again, start_dag_test(DAYS[-1]) as in_process:
        client.create_asset_event("delay-core://smart_logistics/raw-data", {"rows": 100})
        client.backfill(PIPELINE, *DAYS)
        [retraining] = wait_until(lambda: client.runs(RETRAINING), SECONDS)
        os.kill(running_process(client, retraining, "train_model"), signal.SIGKILL)
        yield Background(again, in_process, retraining, "train_model")
