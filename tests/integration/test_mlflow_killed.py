"""The embedded MLflow and kill -9: work that was interrupted and repeated has the result of one run."""

from multiprocessing.synchronize import Barrier

import pytest

from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from support.bundles import tiny_bundle
from support.crashes import at_once, killed_after, killed_at_copy, killed_before
from support.mlflow_stores import fresh_store, server_store
from support.registry_cases import CODE

TRAINING = TrainingRun("a" * 64, {"seed": "7"}, {"test.roc_auc": 0.7}, {"card.md": b"# Card", "roc.png": b"\x89PNG"})
CLIENT = "mlflow.tracking:MlflowClient"


def open_store(uri: str, barrier: Barrier | None = None) -> None:
    if barrier:
        barrier.wait()
    ExperimentTracker(MlflowConnection(uri)).runs("trainings")


def record(uri: str, barrier: Barrier | None = None) -> str:
    open_store(uri, barrier)
    return ExperimentTracker(MlflowConnection(uri)).record("trainings", TRAINING)


def register(uri: str, run_id: str, name: str = "late", barrier: Barrier | None = None) -> None:
    open_store(uri, barrier)
    ModelRegistry(MlflowConnection(uri), CODE).register(name, tiny_bundle("one"), run_id)


def append(uri: str, version: int) -> None:
    decision = Decision(action="promoted", name="late", version=version, digest="b" * 64, reasons=("better",))
    PromotionLog(MlflowConnection(uri)).append(decision)


@pytest.fixture
def store(tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path)


@pytest.mark.parametrize(
    ("crash_point", "leftovers"), [("mlflow.store.db.utils:_upgrade_db", 0), ("pathlib:Path.rename", 1)]
)
def test_killed_creation__does_not_prevent_the_next_one(tmp_path, crash_point, leftovers):
    uri = f"sqlite:///{tmp_path}/mlflow/mlflow.db"

    killed_before(crash_point, open_store, uri)
    assert not (tmp_path / "mlflow" / "mlflow.db").exists()
    assert len(list((tmp_path / "mlflow").glob("*unfinished*"))) == leftovers
    record(uri)

    assert sorted(path.name for path in (tmp_path / "mlflow").iterdir()) == [
        ".mlflow.db.lock",
        "artifacts",
        "mlflow.db",
    ]


def test_database__may_be_created_by_two_processes_at_once(tmp_path):
    uri = f"sqlite:///{tmp_path}/new/mlflow/mlflow.db"

    at_once(record, [(uri,), (uri,)])

    assert len(ExperimentTracker(MlflowConnection(uri)).runs("trainings")) == 1
    assert not list((tmp_path / "new" / "mlflow").glob("*unfinished*"))


@pytest.mark.parametrize("step", ["create_experiment", "create_run", "log_batch", "log_artifacts", "set_terminated"])
def test_training__is_recorded_once_though_its_recording_was_killed(store, step):
    killed_after(f"{CLIENT}.{step}", record, store.tracking_uri)

    run_id = record(store.tracking_uri)

    [run] = ExperimentTracker(store).runs("trainings")
    assert (run.run_id, run.address, run.parameters) == (run_id, TRAINING.address, TRAINING.parameters)
    with store.client("read") as client:
        assert sorted(file.path for file in client.list_artifacts(run_id)) == ["card.md", "roc.png"]
        all_runs = client.search_runs([client.get_experiment_by_name("trainings").experiment_id])
    assert sorted(run.info.status for run in all_runs) in (["FINISHED"], ["FINISHED", "KILLED"])


def test_incomplete_training__is_not_listed(store):
    killed_before(f"{CLIENT}.set_terminated", record, store.tracking_uri)

    assert ExperimentTracker(store).runs("trainings") == []


def test_training__may_be_recorded_by_two_processes_at_once(store):
    at_once(record, [(store.tracking_uri,), (store.tracking_uri,)])

    with store.client("read") as client:
        runs = client.search_runs([client.get_experiment_by_name("trainings").experiment_id])
    assert [run.info.status for run in runs] == ["FINISHED"]


@pytest.mark.parametrize("step", ["log_artifacts", "create_registered_model", "create_model_version"])
def test_bundle__is_one_version_though_its_registration_was_killed(store, step):
    run_id = record(store.tracking_uri)

    killed_after(f"{CLIENT}.{step}", register, store.tracking_uri, run_id)
    register(store.tracking_uri, run_id)

    registry = ModelRegistry(store, CODE)
    assert [version.version for version in registry.versions("late")] == [1]
    assert registry.load("late", 1) == tiny_bundle("one")


@pytest.mark.parametrize("number", [1, 9, 14])
def test_bundle__is_one_complete_version_though_its_files_were_half_written(store, number):
    run_id = record(store.tracking_uri)

    killed_at_copy(number, register, store.tracking_uri, run_id)
    assert ModelRegistry(store, CODE).versions("late") == []
    register(store.tracking_uri, run_id)

    assert ModelRegistry(store, CODE).load("late", 1) == tiny_bundle("one")


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_bundle__may_be_registered_by_two_processes_at_once(store, kind):
    store = store if kind == "embedded" else server_store()
    run_id = record(store.tracking_uri)

    at_once(register, [(store.tracking_uri, run_id, "raced"), (store.tracking_uri, run_id, "raced")])

    registry = ModelRegistry(store, CODE)
    assert [version.version for version in registry.versions("raced")] == [1]
    assert registry.load("raced", 1) == tiny_bundle("one")


@pytest.mark.parametrize("step", ["create_run", "log_artifacts", "log_param", "set_terminated"])
def test_decision__is_recorded_once_and_in_order_though_its_recording_was_killed(store, step):
    append(store.tracking_uri, 1)

    killed_after(f"{CLIENT}.{step}", append, store.tracking_uri, 2)
    append(store.tracking_uri, 2)
    append(store.tracking_uri, 3)

    assert [decision.version for decision in PromotionLog(store).decisions("late")] == [1, 2, 3]
