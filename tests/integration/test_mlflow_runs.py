"""Runs and decisions in MLflow: what they contain, what MLflow's limits do to them, and errors."""

import dataclasses
import json
import sqlite3
from pathlib import Path

import pytest

from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog, client_reader, runs
from delay_core.errors import StoreError
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from delay_core.reports import Trial
from support.bundles import tiny_bundle
from support.mlflow_stores import fresh_store, server_store
from support.registry_cases import CODE


@pytest.fixture
def store(tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path)


def training(address="a" * 64, **parameters: str) -> TrainingRun:
    return TrainingRun(address, parameters, {"test.roc_auc": 0.7}, {"roc.png": b"\x89PNG", "model_card.md": b"# Card"})


def artifact(store: MlflowConnection, run_id: str, name: str) -> bytes:
    with store.client("read") as client:
        return Path(client.download_artifacts(run_id, name)).read_bytes()


def test_run__has_plots_and_model_card_as_artifacts(store):
    run_id = ExperimentTracker(store).record("trainings", training())

    assert artifact(store, run_id, "roc.png") == b"\x89PNG"
    assert artifact(store, run_id, "model_card.md") == b"# Card"


def trial(family: str, *losses: float, pruned: bool = False) -> Trial:
    return Trial(family=family, parameters={"C": 0.1}, half_life=0.5, log_losses=losses, rounds=7, pruned=pruned)


def test_trials__are_runs_nested_in_the_run_of_the_training(store):
    trials = (trial("forest", 0.5, 0.4, 0.3), trial("linear", 0.6, pruned=True))
    run_id = ExperimentTracker(store).record("trainings", dataclasses.replace(training(), trials=trials))

    with store.client("read") as client:
        identity = runs.experiment_id(client, "trainings")
        first, second = runs.find_runs(client, identity, f"tags.`mlflow.parentRunId` = '{run_id}'")
        losses = {point.step: point.value for point in client.get_metric_history(first.info.run_id, "log_loss")}
        losses_of_second = client.get_metric_history(second.info.run_id, "log_loss")
    assert losses == {0: 0.5, 1: 0.4, 2: 0.3}
    assert [(point.step, point.value) for point in losses_of_second] == [
        (2, 0.6)
    ]  # the newest fold has the same step everywhere
    assert [run.info.run_name for run in (first, second)] == ["trial 1: forest", "trial 2: linear"]
    assert first.data.params == {
        "family": "forest", "C": "0.1", "half_life": "0.5", "rounds": "7", "given_up": "False"
    }  # fmt: skip
    assert {run.info.status for run in (first, second)} == {"FINISHED"}
    assert [run.run_id for run in ExperimentTracker(store).runs("trainings")] == [run_id]


def test_long_parameter__is_truncated_and_complete_in_a_file(store):
    long = "ä" * 7000
    run_id = ExperimentTracker(store).record("trainings", training(long=long, short="7"))

    [run] = ExperimentTracker(store).runs("trainings")
    assert run.parameters["long"] == long[: runs.MAX_PARAMETER_CHARACTERS - 1] + "…"
    assert json.loads(artifact(store, run_id, "parameters.json")) == {"long": long, "short": "7"}


def test_client_reader__reads_every_page_of_runs_and_versions(store, monkeypatch):
    monkeypatch.setattr(runs, "PAGE_SIZE", 2)
    monkeypatch.setattr(client_reader, "PAGE_SIZE", 2)
    tracker = ExperimentTracker(store)
    run_ids = [tracker.record("trainings", training(address)) for address in "abcde"]
    registry = ModelRegistry(store, CODE)
    for salt, run_id in zip("abcde", run_ids, strict=True):
        registry.register("late", tiny_bundle(salt), run_id)

    with store.client("read"):
        reader = store.client_reader()
        assert [run.run_id for run in reader.runs(reader.experiment_id("trainings"), "delay.address")] == run_ids
        assert [version.version for version in reader.versions("late")] == [1, 2, 3, 4, 5]


def test_decision__is_also_a_file_of_its_run(store):
    decision = Decision(action="refused", name="late", version=3, digest="b" * 64, reasons=("no better",))
    PromotionLog(store).append(decision)

    with store.client("read") as client:
        [run] = client.search_runs([client.get_experiment_by_name("late promotions").experiment_id])
    assert run.data.tags["delay.action"] == "refused"
    assert run.data.tags["delay.version"] == "3"
    assert Decision.model_validate_json(artifact(store, run.info.run_id, "decision.json")) == decision


def test_edited_decision__is_an_error_that_names_its_run(store):
    decision = Decision(action="refused", name="late", version=3, digest="b" * 64, reasons=("no better",))
    PromotionLog(store).append(decision)
    with store.client("edit by hand") as client:
        [run] = client.search_runs([client.get_experiment_by_name("late promotions").experiment_id])
        client.set_tag(run.info.run_id, "delay.decision.0", "{}")

    with pytest.raises(StoreError, match=run.info.run_id):
        PromotionLog(store).decisions("late")


def test_location__is_a_command_or_the_page_of_the_experiment(store):
    assert ExperimentTracker(store).location("late") == f"mlflow ui --backend-store-uri {store.tracking_uri}"
    tracker = ExperimentTracker(server_store())
    tracker.record("seen", training())
    assert tracker.location("seen").startswith(f"{server_store().tracking_uri}/#/experiments/")


def test_unavailable_server__is_named_without_its_password_before_mlflow_retries():
    store = MlflowConnection("http://user:secret@127.0.0.1:9")

    with pytest.raises(
        StoreError, match=r"cannot read .*'late'.*http://user:\*\*\*@127\.0\.0\.1:9.*is the server up"
    ) as error:
        ModelRegistry(store, CODE).versions("late")

    assert "secret" not in str(error.value)
    assert error.value.__context__ is None  # MLflow's client was not called


def test_file_that_is_no_database__is_refused_and_stays_unchanged(tmp_path):
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError, match=r"cannot record .*mlflow\.db.*MLflow database"):
        ExperimentTracker(MlflowConnection(f"sqlite:///{file}")).record("trainings", training())
    assert file.read_bytes() == b"no database at all" * 100


def test_database_of_another_mlflow_version__is_refused_with_the_command_that_upgrades_it(store):
    with sqlite3.connect(store.tracking_uri.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
    database.close()

    with pytest.raises(StoreError, match="mlflow db upgrade"):
        ExperimentTracker(store).runs("trainings")


def test_folder_that_cannot_be_created__is_an_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="is the folder writable"):
        ExperimentTracker(MlflowConnection(f"sqlite:///{tmp_path}/file/mlflow.db")).runs("trainings")


def test_deleted_experiment__is_not_replaced(store):
    ExperimentTracker(store).record("trainings", training())
    with store.client("delete by hand") as client:
        client.delete_experiment(client.get_experiment_by_name("trainings").experiment_id)

    with pytest.raises(StoreError, match="mlflow experiments restore"):
        ExperimentTracker(store).record("trainings", training("b" * 64))


@pytest.mark.parametrize("uri", ["mlflow.db", "sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_invalid_tracking_uri__is_refused_with_an_example(uri):
    with pytest.raises(StoreError, match="sqlite:///<file>"):
        MlflowConnection(uri)


def test_connection__opens_nothing_before_it_is_needed(tmp_path):
    tracker = ExperimentTracker(MlflowConnection(f"sqlite:///{tmp_path}/mlflow/mlflow.db"))

    assert tracker.location("late")
    assert not list(tmp_path.iterdir())
