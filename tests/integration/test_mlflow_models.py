"""Registered models in MLflow: their files, versions and aliases."""

import shutil
from pathlib import Path
from uuid import uuid4

import mlflow
import pandas as pd
import pytest

from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog
from delay_core.errors import BundleError, BundleMissing
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from support.bundles import tiny_bundle
from support.mlflow_stores import fresh_store, server_store
from support.registry_cases import CODE

MODEL_CODE = """
import mlflow, pandas, pathlib
class Model(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.names = sorted(path.name for path in pathlib.Path(context.artifacts["bundle"]).iterdir())
    def predict(self, context, model_input: pandas.DataFrame, params=None):
        return self.names
mlflow.models.set_model(Model())
"""
"""A model that predicts the names of the files of its bundle."""


@pytest.fixture
def store(tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path)


def register(store: MlflowConnection, code: Path = CODE, name: str = "late") -> ModelRegistry:
    run_id = ExperimentTracker(store).record("trainings", TrainingRun("a" * 64, {}, {}, {}))
    registry = ModelRegistry(store, code)
    registry.register(name, tiny_bundle("one"), run_id)
    return registry


def folder_of_version(store: MlflowConnection, version: int = 1) -> Path:
    with store.client("read") as client:
        return Path(client.get_model_version("late", str(version)).source.removeprefix("file://"))


@pytest.mark.parametrize("kind", ["embedded", "server"])
def test_pyfunc_model__is_loaded_by_its_alias_with_the_tracking_uri_alone(tmp_path, kind, monkeypatch):
    store = fresh_store(tmp_path) if kind == "embedded" else server_store()
    code = tmp_path / "model.py"
    code.write_text(MODEL_CODE)
    name = f"late_{uuid4().hex[:8]}"  # the server has models of other tests
    register(store, code, name).set_alias(name, "production", 1)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store.tracking_uri)

    model = mlflow.pyfunc.load_model(f"models:/{name}@production")

    assert model.predict(pd.DataFrame({"any": ["text"]})) == sorted(tiny_bundle("one").files)


def test_pyfunc_model__lists_its_requirements_and_contains_no_pickle(store):
    register(store)

    folder = folder_of_version(store)
    requirements = (folder / "requirements.txt").read_text()
    assert "delay-core[serve]==" in requirements
    assert f"mlflow=={mlflow.__version__}" in requirements
    assert not [path for path in folder.rglob("*") if path.suffix in (".pkl", ".pickle", ".joblib")]


def test_load__executes_no_code_that_is_stored_in_mlflow(store, tmp_path):
    registry = register(store)
    trap = tmp_path / "executed"
    (folder_of_version(store) / "model.py").write_text(f"open({str(trap)!r}, 'w')")
    (folder_of_version(store) / "python_model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")

    assert registry.load("late", 1) == tiny_bundle("one")
    assert not trap.exists()


def test_load__refuses_a_bundle_that_replaced_the_registered_one(store):
    registry = register(store)
    for name, content in tiny_bundle("another").files.items():
        (folder_of_version(store) / "artifacts" / "bundle" / name).write_bytes(content)

    with pytest.raises(BundleError, match="was replaced"):
        registry.load("late", 1)


def test_load__refuses_a_bundle_without_files(store):
    registry = register(store)
    shutil.rmtree(folder_of_version(store) / "artifacts")

    with pytest.raises(BundleMissing, match=r"is missing from .*; run the pipeline again"):
        registry.load("late", 1)


def test_version_registered_by_hand__is_listed_and_refused_by_load(store):
    registry = register(store)
    with store.client("register by hand") as client:
        client.create_model_version("late", folder_of_version(store).as_uri())
    registry.set_alias("late", "production", 2)

    assert registry.get_by_alias("late", "production").digest == ""
    assert registry.get_by_alias("late", "production").run_id == ""
    with pytest.raises(BundleError, match=r"delay\.bundle_digest"):
        registry.load("late", 2)


def test_alias_set_by_hand__is_read(store):
    registry = register(store)
    with store.client("set an alias by hand") as client:
        client.set_registered_model_alias("late", "production", "1")

    assert registry.get_by_alias("late", "production") == registry.versions("late")[0]


def test_registration__prints_nothing_and_changes_no_global_state(tmp_path, capfd, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "uv.lock").write_text("")
    monkeypatch.chdir(tmp_path)
    state = mlflow.get_tracking_uri(), sorted(Path().iterdir())
    store = MlflowConnection(f"sqlite:///{tmp_path}/deep/er/mlflow.db", str(tmp_path / "deep" / "files"))

    registry = register(store)
    registry.set_alias("late", "production", 1)
    registry.load("late", 1)
    PromotionLog(store).append(Decision(action="promoted", name="late", version=1, digest="b" * 64, reasons=()))

    assert capfd.readouterr() == ("", "")
    assert (mlflow.get_tracking_uri(), sorted(p for p in Path().iterdir() if p.name != "deep")) == state
    assert folder_of_version(store).is_relative_to(tmp_path / "deep" / "files")
    assert not list(folder_of_version(store).rglob("pyproject.toml"))
