"""`make pipeline-airflow`, on a client without a server: one run per interval, followed, and the DAG paused again."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from delay_core.errors import StoreError
from infra.airflow import follow as module
from infra.airflow.client import AirflowError, DagRun, TaskState
from infra.airflow.follow import follow, start_run, wait_for_dag

START = datetime(2024, 12, 30, tzinfo=UTC)
DAY = (START, START + timedelta(days=1))
RUN = DagRun("pipeline", "manual__1", "success", "manual", START, None, {})


@dataclass
class Client:
    """Answers like Airflow: `states` are those that the run has one after the other."""

    existing: DagRun | None = None
    known: bool = True
    paused: bool = True
    states: list[str] = field(default_factory=lambda: ["queued", "running", "success"])
    calls: list[str] = field(default_factory=list)
    state: str = ""

    def is_paused(self, dag_id):
        return self.paused if self.known else None

    def pause(self, dag_id, *, paused):
        self.paused = paused
        self.calls.append("pause" if paused else "unpause")

    def trigger(self, dag_id, interval, conf):
        if self.existing:
            raise AirflowError("POST", 409, "the run exists")
        self.calls.append("trigger")
        return replace(RUN, state="queued", conf=conf)

    def run_at(self, dag_id, moment):
        return self.existing

    def repeat(self, run):
        self.calls.append("repeat")

    def run(self, dag_id, run_id):
        self.state = self.states.pop(0)
        return replace(RUN, state=self.state)

    def tasks(self, run):
        return [TaskState("ingest_data", self.state, 2, None), TaskState("train_model", None, 0, None)]

    def import_errors(self):
        return ["pipeline.py: SyntaxError"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 0)


def test_start_run__starts_the_run_of_an_interval_once():
    assert start_run(client := Client(), "pipeline", DAY, {}).state == "queued"
    assert client.calls == ["trigger"]
    assert start_run(client := Client(existing=RUN), "pipeline", DAY, {}) == RUN
    assert client.calls == ["repeat"]
    assert start_run(client := Client(existing=replace(RUN, state="running")), "pipeline", DAY, {}).state == "running"
    assert client.calls == []


def test_start_run__refuses_to_repeat_the_run_of_another_table():
    with pytest.raises(StoreError, match=r"manual__1 of this interval was started with \{\}, not with .*orders"):
        start_run(Client(existing=RUN), "pipeline", DAY, {"source": "orders.csv"})


def test_wait_for_dag__shows_the_import_errors_of_a_dag_that_is_missing():
    with pytest.raises(TimeoutError, match=r"does not know the DAG pipeline; pipeline\.py: SyntaxError"):
        wait_for_dag(Client(known=False), "pipeline", seconds=0)


def test_follow__writes_each_change_once_and_pauses_the_dag_again():
    lines = []

    assert follow(client := Client(), RUN, lines.append).state == "success"

    assert [line.split()[1:] for line in lines] == [
        ["ingest_data", state, "(attempt", "2)"] for state in ("queued", "running", "success")
    ]
    assert client.calls == ["unpause", "pause"]


def test_follow__leaves_a_scheduled_dag_scheduled():
    follow(client := Client(paused=False, states=["failed"]), RUN, [].append)

    assert client.calls == []
