"""The embedded MLflow read by SQL: the same as MLflow's own client reads, and without importing it."""

import math
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import entrypoints.pyfunc
from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog
from adapters.mlflow.bundle_path import BUNDLE_PATH
from adapters.mlflow.embedded_reader import EmbeddedReader
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from support.bundles import tiny_bundle
from support.mlflow_stores import fresh_store

CODE = Path(entrypoints.pyfunc.__file__).with_name("model.py")
TAG = "delay.address"


@pytest.fixture
def store(tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path)


@pytest.fixture
def readers(store):
    """The reader of the file, and the one that asks MLflow's client."""
    with store.client("compare"), store.reader("compare") as reader:
        assert isinstance(reader, EmbeddedReader)
        yield reader, store.client_reader()


def training(address: str, **metrics: float) -> TrainingRun:
    return TrainingRun(address, {"winner": "forest"}, {"test.roc_auc": 0.7, **metrics}, {"model_card.md": b"# Card"})


def register(store: MlflowConnection, *salts: str) -> ModelRegistry:
    run_id = ExperimentTracker(store).record("late", training("a" * 64))
    registry = ModelRegistry(store, CODE)
    for salt in salts:
        registry.register("late", tiny_bundle(salt), run_id)
    return registry


def test_reader__knows_the_tables_of_the_installed_mlflow(store):
    with store.client("create the file"):
        pass

    reader = EmbeddedReader.open(Path(store.tracking_uri.removeprefix("sqlite:///")), store.client_reader)

    assert reader is not None, "MLflow has new tables: try the queries with them, then add their revision"
    reader.close()


def test_reader__leaves_an_incomplete_file_to_mlflow(tmp_path):
    file = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")

    assert EmbeddedReader.open(file, pytest.fail) is None


def test_model_files__of_a_version_deleted_meanwhile_are_none(store, readers):
    register(store, "one")
    embedded, _ = readers
    (version,) = embedded.versions("late")
    with store.client("delete by hand") as client:
        client.delete_model_version("late", "1")

    assert embedded.model_files(version, BUNDLE_PATH, 10**9) == {}


def test_runs__are_those_that_the_client_reads(store, readers):
    tracker = ExperimentTracker(store)
    for address in "abc":
        tracker.record("late", training(address * 64, odd=math.inf if address == "b" else 0.25))
    with store.client("change by hand") as client:
        experiment = client.get_experiment_by_name("late").experiment_id
        unmarked = client.create_run(experiment).info.run_id
        client.log_metric(unmarked, "m", 1.0)
        deleted, kept, _ = (run.info.run_id for run in client.search_runs([experiment], f"tags.`{TAG}` != ''"))
        client.log_metric(kept, "missing", math.nan)
        client.delete_run(deleted)
    embedded, client_reader = readers

    runs = embedded.runs(embedded.experiment_id("late"), TAG)

    expected = client_reader.runs(client_reader.experiment_id("late"), TAG)
    assert repr(runs) == repr(expected)  # as text: not a number equals nothing
    assert len(runs) == 2


def test_versions__are_those_that_the_client_reads(store, readers):
    register(store, "one", "two", "three").set_alias("late", "production", 2)
    with store.client("change by hand") as client:
        client.delete_model_version("late", "1")
        client.create_model_version("late", "file:///tmp/by-hand")
    embedded, client_reader = readers

    assert embedded.versions("late") == client_reader.versions("late")
    assert [version.version for version in embedded.versions("late")] == [2, 3, 4]
    for number in (1, 2, 4, 99):
        assert embedded.version("late", number) == client_reader.version("late", number)
    for alias in ("production", "staging"):
        assert embedded.get_by_alias("late", alias) == client_reader.get_by_alias("late", alias)
    assert embedded.get_by_alias("unknown", "production") is client_reader.get_by_alias("unknown", "production") is None


def test_model_files__are_those_that_the_client_downloads(store, readers):
    register(store, "one")
    embedded, client_reader = readers
    (version,) = embedded.versions("late")

    for limit in (10**9, 10):
        assert embedded.model_files(version, BUNDLE_PATH, limit) == client_reader.model_files(
            version, BUNDLE_PATH, limit
        )
    assert embedded.model_files(version, BUNDLE_PATH, 10**9) == dict(tiny_bundle("one").files)
    assert embedded.model_files(version, BUNDLE_PATH, 10) is None
    assert embedded.model_files(version, "no/such/folder", 10) == {}


def test_reader__reads_between_the_transactions_of_another_process(store):
    registry = register(store, "one")
    with store.reader("read") as reader:
        register(store, "two")

        assert [version.version for version in reader.versions("late")] == [1, 2]
    assert len(registry.versions("late")) == 2


def test_reading__imports_no_mlflow(store):
    register(store, "one").set_alias("late", "production", 1)
    PromotionLog(store).append(Decision(action="promoted", name="late", version=1, digest="b" * 64, reasons=()))
    code = f"""
import sys
from contextlib import closing
from pathlib import Path
from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog
store = MlflowConnection({store.tracking_uri!r})
registry = ModelRegistry(store, Path({str(CODE)!r}))
assert registry.load("late", registry.get_by_alias("late", "production").version).files
assert len(ExperimentTracker(store).runs("late")) == len(PromotionLog(store).decisions("late")) == 1
assert not {{"mlflow", "sqlalchemy", "fastapi", "requests"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
