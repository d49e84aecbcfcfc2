"""`delay recalibrate`: the late rate jumps, a new version follows it, the running API follows the version."""

import sqlite3
from contextlib import closing

import pytest

from infra.local.waiting import wait_until
from support import postgres_server
from support.api_server import ApiServer
from support.cli import Delay
from support.forked_commands import killed_at_call, killed_at_file, outputs_at_once
from support.jumped_outcomes import copy_logs, replay_jump
from support.shared_runs import own_copy

SHIPMENT = {
    "Timestamp": "2026-03-02T08:00:00Z", "Latitude": 48.9, "Longitude": 2.4, "Inventory_Level": 250,
    "Temperature": 21, "Humidity": 65, "Traffic_Status": "Clear", "Waiting_Time": 30,
    "User_Transaction_Amount": 300, "User_Purchase_Frequency": 4, "Asset_Utilization": 80, "Demand_Forecast": 200,
}  # fmt: skip


@pytest.fixture(scope="module")
def replayed(tmp_path_factory, quick):
    """A serving database in which three shipments in ten were late that the model expects on time."""
    return replay_jump(quick.delay, tmp_path_factory.mktemp("replayed"))


@pytest.fixture(params=["sqlite", "postgresql"])
def delay(request, replayed, quick, tmp_path):
    """`delay` with a model that serves, and with the logs."""
    copy = own_copy(quick.delay, tmp_path)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'serving.db'}"
        with (
            closing(sqlite3.connect(replayed.removeprefix("sqlite:///"))) as original,
            closing(sqlite3.connect(tmp_path / "serving.db")) as database,
        ):
            original.backup(database)
    else:
        url = postgres_server.upgraded(postgres_server.fresh("serving"), "serving")
        copy_logs(replayed, url)
    return Delay(copy.data, {**copy.variables, "DELAY_SERVING_DB": url})


def prediction(server):
    """The probability of a shipment, and that which its reasons add up to."""
    answer = server.post("/predict", {"data": SHIPMENT}).json()
    request = {"prediction_id": answer["prediction_id"], "changes": {"Waiting_Time": 30}}
    current = server.post("/what-if", request).json()["current"]
    total = current["base_probability"] + sum(reason["points"] for reason in current["reasons"]) / 100
    return answer["probability"], total, answer["model_version"]


def test_recalibration__is_followed_by_a_running_api_and_rolled_back(delay):
    with ApiServer.start(delay.data, DELAY_API__POLL_SECONDS="0.1", **delay.variables) as server:
        before = prediction(server)
        assert before[2] == 1

        result = delay.json("recalibrate")
        wait_until(lambda: server.get("/health").json()["model_version"] == 2, 60)
        after, metadata = prediction(server), server.get("/model/metadata").json()
        models = server.get("/models").json()

        assert delay.json("rollback")["version"] == 1
        wait_until(lambda: server.get("/health").json()["model_version"] == 1, 60)
        restored = prediction(server)

    assert (result["recalibrated"], result["decision"]["action"], result["decision"]["version"]) == (1, "promoted", 2)
    assert result["outcomes"] > 1000
    assert after[0] > before[0] + 0.1
    assert after[2] == 2
    for probability, total, _ in (before, after, restored):
        assert total == pytest.approx(probability, abs=1e-4)
    assert restored == before
    assert metadata["recalibration"]["base_version"] == 1
    assert metadata["recalibration"]["outcomes"] == result["outcomes"]
    assert metadata["recalibration"]["calibrator_outcomes"] == {
        name: metadata["recalibration"][name] for name in ("outcomes", "known_from", "known_until")
    }
    newest = models["decisions"][0]
    assert (newest["trigger"], newest["version"], newest["replaced"]) == ("recalibration", 2, 1)
    assert "## Recalibration" in models["card"]


def test_recalibration__killed_between_its_steps_is_continued_by_the_next_run(replayed, quick, tmp_path):
    copy = own_copy(quick.delay, tmp_path)
    delay = Delay(copy.data, {**copy.variables, "DELAY_SERVING_DB": replayed})
    killed_at_file(delay, ["recalibrate"], "calibrator.json")
    killed_at_file(delay, ["recalibrate"], "MLmodel")
    killed_at_file(delay, ["recalibrate"], "decision.json")
    killed_at_call(delay, ["recalibrate"], "adapters.mlflow:ModelRegistry.set_alias")
    assert delay.json("runs")["serving"] == 1

    assert delay.json("recalibrate")["decision"]["version"] == 2

    listed = delay.json("runs")
    assert ([version["version"] for version in listed["versions"]], listed["serving"]) == ([1, 2], 2)
    assert [decision["trigger"] for decision in listed["decisions"]] == ["gate", "recalibration"]
    assert delay.json("pipeline", "--source", quick.table)["serving"] == 2
    assert "serves already, recalibrated as version 2" in delay("pipeline", "--source", quick.table).stdout


def test_recalibration__at_the_same_time_registers_one_version(delay, tmp_path):
    outputs = outputs_at_once(delay, 2, tmp_path, "recalibrate", "--json")
    assert len(outputs) == 2
    listed = delay.json("runs")
    assert [version["version"] for version in listed["versions"]] == [1, 2]
    assert listed["serving"] == 2
    assert [decision["version"] for decision in listed["decisions"] if decision["trigger"] == "recalibration"] == [2]
    assert delay.json("recalibrate")["undecided"] == "no outcome became known since this version was recalibrated"
