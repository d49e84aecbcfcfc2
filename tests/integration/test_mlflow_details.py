"""What is particular to MLflow: its models, its limits, its silence, and its errors in the product's words."""

import dataclasses
import json
import shutil
import sqlite3
from pathlib import Path

import mlflow
import pandas as pd
import pytest

import entrypoints.pyfunc
from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog, client_reader, runs
from delay_core.errors import BundleError, StoreError
from delay_core.ports.experiment_tracker import Training
from delay_core.promotion import Decision
from delay_core.reports import Trial
from support.bundles import tiny_bundle
from support.mlflow_stores import fresh_store, server_store

CODE = Path(entrypoints.pyfunc.__file__).with_name("model.py")
COUNTS_FILES = """
import mlflow, pandas, pathlib
class Model(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.names = sorted(path.name for path in pathlib.Path(context.artifacts["bundle"]).iterdir())
    def predict(self, context, model_input: pandas.DataFrame, params=None):
        return self.names
mlflow.models.set_model(Model())
"""


@pytest.fixture
def store(tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path)


def training(address="a" * 64, **parameters: str) -> Training:
    return Training(address, parameters, {"test.roc_auc": 0.7}, {"roc.png": b"\x89PNG", "model_card.md": b"# Card"})


def registered(store: MlflowConnection, code: Path = CODE, salt: str = "one") -> ModelRegistry:
    run_id = ExperimentTracker(store).record("trainings", training())
    registry = ModelRegistry(store, code)
    registry.register("late", tiny_bundle(salt), run_id)
    return registry


def model_folder(store: MlflowConnection, version: int = 1) -> Path:
    with store.client("look") as client:
        return Path(client.get_model_version("late", str(version)).source.removeprefix("file://"))


def artifact(store: MlflowConnection, run_id: str, name: str) -> bytes:
    with store.client("look") as client:
        return Path(client.download_artifacts(run_id, name)).read_bytes()


def test_pictures_and_model_card_are_artifacts_of_the_run(store):
    run_id = ExperimentTracker(store).record("trainings", training())

    assert artifact(store, run_id, "roc.png") == b"\x89PNG"
    assert artifact(store, run_id, "model_card.md") == b"# Card"


def trial(family: str, *losses: float, given_up: bool = False) -> Trial:
    return Trial(family=family, parameters={"C": 0.1}, half_life=0.5, log_losses=losses, rounds=7, given_up=given_up)


def test_every_trial_is_a_run_nested_in_the_trainings_own(store):
    trials = (trial("forest", 0.5, 0.4, 0.3), trial("linear", 0.6, given_up=True))
    run_id = ExperimentTracker(store).record("trainings", dataclasses.replace(training(), trials=trials))

    with store.client("look") as client:
        identity = runs.experiment_id(client, "trainings")
        first, second = runs.find_runs(client, identity, f"tags.`mlflow.parentRunId` = '{run_id}'")
        losses = {point.step: point.value for point in client.get_metric_history(first.info.run_id, "log_loss")}
        only = client.get_metric_history(second.info.run_id, "log_loss")
    assert losses == {0: 0.5, 1: 0.4, 2: 0.3}
    assert [(point.step, point.value) for point in only] == [(2, 0.6)]  # the newest fold has the same step everywhere
    assert [run.info.run_name for run in (first, second)] == ["trial 1: forest", "trial 2: linear"]
    assert first.data.params == {
        "family": "forest", "C": "0.1", "half_life": "0.5", "rounds": "7", "given_up": "False"
    }  # fmt: skip
    assert {run.info.status for run in (first, second)} == {"FINISHED"}
    assert [run.run_id for run in ExperimentTracker(store).runs("trainings")] == [run_id]


def test_a_parameter_longer_than_mlflow_keeps_ends_in_an_ellipsis_and_stands_whole_in_a_file(store):
    long = "ä" * 7000
    run_id = ExperimentTracker(store).record("trainings", training(long=long, short="7"))

    (run,) = ExperimentTracker(store).runs("trainings")
    assert run.parameters["long"] == long[: runs.MAX_PARAMETER_CHARACTERS - 1] + "…"
    assert json.loads(artifact(store, run_id, "parameters.json")) == {"long": long, "short": "7"}


def test_client_reader__reads_more_runs_and_versions_than_mlflow_gives_at_a_time(store, monkeypatch):
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


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_mlflow_loads_the_bundle_at_an_alias_knowing_the_tracking_uri_alone(tmp_path, kind, monkeypatch):
    store = fresh_store(tmp_path) if kind == "embedded" else server_store()
    code = tmp_path / "model.py"
    code.write_text(COUNTS_FILES)
    registered(store, code).set_alias("late", "production", 1)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)

    model = mlflow.pyfunc.load_model("models:/late@production")

    assert model.predict(pd.DataFrame({"any": ["text"]})) == sorted(tiny_bundle("one").files)


def test_a_model_states_what_must_be_installed_and_holds_no_pickle(store):
    registered(store)

    folder = model_folder(store)
    requirements = (folder / "requirements.txt").read_text()
    assert "delay-core[serve]==" in requirements
    assert f"mlflow=={mlflow.__version__}" in requirements
    assert not [path for path in folder.rglob("*") if path.suffix in (".pkl", ".pickle", ".joblib")]


def test_loading_a_bundle_runs_nothing_that_lies_in_mlflow(store, tmp_path):
    registry = registered(store)
    trap = tmp_path / "sprung"
    (model_folder(store) / "model.py").write_text(f"open({str(trap)!r}, 'w')")
    (model_folder(store) / "python_model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")

    assert registry.load("late", 1) == tiny_bundle("one")
    assert not trap.exists()


def test_a_bundle_exchanged_for_another_whole_one_is_refused(store):
    registry = registered(store)
    for name, content in tiny_bundle("another").files.items():
        (model_folder(store) / "artifacts" / "bundle" / name).write_bytes(content)

    with pytest.raises(BundleError, match="was replaced"):
        registry.load("late", 1)


def test_a_bundle_whose_files_are_gone_is_refused(store):
    registry = registered(store)
    shutil.rmtree(model_folder(store) / "artifacts")

    with pytest.raises(BundleError, match="missing"):
        registry.load("late", 1)


def test_a_version_registered_by_hand_is_listed_and_refused(store):
    registry = registered(store)
    with store.client("register by hand") as client:
        client.create_model_version("late", model_folder(store).as_uri())
    registry.set_alias("late", "production", 2)

    assert registry.get_by_alias("late", "production").digest == ""
    assert registry.get_by_alias("late", "production").run_id == ""
    with pytest.raises(BundleError, match=r"delay\.bundle_digest"):
        registry.load("late", 2)


def test_an_alias_set_by_hand_is_honoured(store):
    registry = registered(store)
    with store.client("set an alias by hand") as client:
        client.set_registered_model_alias("late", "production", "1")

    assert registry.get_by_alias("late", "production") == registry.versions("late")[0]


def test_a_decision_is_a_file_for_people_too(store):
    decision = Decision(action="refused", name="late", version=3, digest="b" * 64, reasons=("no better",))
    PromotionLog(store).append(decision)

    with store.client("look") as client:
        (run,) = client.search_runs([client.get_experiment_by_name("late promotions").experiment_id])
    assert run.data.tags["delay.action"] == "refused"
    assert run.data.tags["delay.version"] == "3"
    assert Decision.model_validate_json(artifact(store, run.info.run_id, "decision.json")) == decision


def test_a_decision_whose_tags_somebody_edited_is_told_with_its_run(store):
    decision = Decision(action="refused", name="late", version=3, digest="b" * 64, reasons=("no better",))
    PromotionLog(store).append(decision)
    with store.client("edit by hand") as client:
        (run,) = client.search_runs([client.get_experiment_by_name("late promotions").experiment_id])
        client.set_tag(run.info.run_id, "delay.decision.0", "{}")

    with pytest.raises(StoreError, match=run.info.run_id):
        PromotionLog(store).decisions("late")


def test_nothing_is_printed_and_nothing_global_is_changed(tmp_path, capfd, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "uv.lock").write_text("")
    monkeypatch.chdir(tmp_path)
    before = mlflow.get_tracking_uri(), sorted(Path().iterdir())
    store = MlflowConnection(f"sqlite:///{tmp_path}/deep/er/mlflow.db", str(tmp_path / "deep" / "files"))

    registry = registered(store)
    registry.set_alias("late", "production", 1)
    registry.load("late", 1)
    PromotionLog(store).append(Decision(action="promoted", name="late", version=1, digest="b" * 64, reasons=()))

    assert capfd.readouterr() == ("", "")
    assert (mlflow.get_tracking_uri(), sorted(p for p in Path().iterdir() if p.name != "deep")) == before
    assert model_folder(store).is_relative_to(tmp_path / "deep" / "files")
    assert not list(model_folder(store).rglob("pyproject.toml"))


def test_people_are_told_how_to_see_the_runs(store):
    assert ExperimentTracker(store).location("late") == (
        f"mlflow ui --backend-store-uri {store.tracking_uri}  # experiment 'late'"
    )
    tracker = ExperimentTracker(server_store())
    tracker.record("seen", training())
    assert tracker.location("seen").startswith(f"{server_store().tracking_uri}/#/experiments/")


def test_an_absent_server__is_named_without_its_password_before_mlflow_s_client_retries():
    store = MlflowConnection("http://user:secret@127.0.0.1:9")

    with pytest.raises(
        StoreError, match=r"cannot read .*'late'.*http://user:\*\*\*@127\.0\.0\.1:9.*is the server up"
    ) as raised:
        ModelRegistry(store, CODE).versions("late")

    assert "secret" not in str(raised.value)
    assert raised.value.__context__ is None  # nothing of MLflow's client


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"no database at all" * 100)

    with pytest.raises(StoreError, match=r"cannot record .*mlflow\.db.*MLflow database"):
        ExperimentTracker(MlflowConnection(f"sqlite:///{file}")).record("trainings", training())
    assert file.read_bytes() == b"no database at all" * 100


def test_a_database_of_another_mlflow_is_refused_with_the_way_out(store):
    with sqlite3.connect(store.tracking_uri.removeprefix("sqlite:///")) as database:
        database.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
    database.close()

    with pytest.raises(StoreError, match="mlflow db upgrade"):
        ExperimentTracker(store).runs("trainings")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(StoreError, match="is the folder writable"):
        ExperimentTracker(MlflowConnection(f"sqlite:///{tmp_path}/file/mlflow.db")).runs("trainings")


def test_an_experiment_that_somebody_deleted_is_not_quietly_replaced(store):
    ExperimentTracker(store).record("trainings", training())
    with store.client("delete by hand") as client:
        client.delete_experiment(client.get_experiment_by_name("trainings").experiment_id)

    with pytest.raises(StoreError, match="mlflow experiments restore"):
        ExperimentTracker(store).record("trainings", training("b" * 64))


@pytest.mark.parametrize("uri", ["mlflow.db", "sqlite://", "sqlite:///", "sqlite:///:memory:"])
def test_what_is_no_tracking_uri_is_refused_with_an_example(uri):
    with pytest.raises(StoreError, match="sqlite:///<file>"):
        MlflowConnection(uri)


def test_a_store_opens_nothing_before_it_is_needed(tmp_path):
    tracker = ExperimentTracker(MlflowConnection(f"sqlite:///{tmp_path}/mlflow/mlflow.db"))

    assert tracker.location("late")
    assert not list(tmp_path.iterdir())
