"""Bundles that a child process loads from a real MLflow server, and what happens if it fails."""

from uuid import uuid4

import pytest

from adapters.mlflow import ExperimentTracker, ModelRegistry
from adapters.mlflow_subprocess import MlflowSubprocess
from delay_core.errors import NoSuchModel, StoreError
from delay_core.ports.experiment_tracker import TrainingRun
from support.bundles import tiny_bundle
from support.measured import MEASURED
from support.mlflow_stores import server_store
from support.registry_cases import CODE


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    for name, value in MEASURED.items():
        monkeypatch.setenv(name, value)


def process(tracking_uri: str) -> MlflowSubprocess:
    return MlflowSubprocess(tracking_uri, "production", CODE)


def test_load_bundle__returns_the_bundle_or_raises_what_the_registry_raises():
    store, name = server_store(), f"subprocess {uuid4().hex[:8]}"
    run_id = ExperimentTracker(store).record(name, TrainingRun(uuid4().hex, {}, {}, {}))
    version = ModelRegistry(store, CODE).register(name, tiny_bundle(name), run_id)

    assert process(store.tracking_uri).load_bundle(name, version.version).digest == version.digest
    with pytest.raises(NoSuchModel, match=f"no version 99 of '{name}' at http") as error:
        process(store.tracking_uri).load_bundle(name, 99)
    assert error.value.public.startswith(f"no version 99 of '{name}'; there are: ")


def test_unavailable_server__starts_no_process(monkeypatch):
    monkeypatch.setattr("subprocess.run", None)
    with pytest.raises(StoreError, match="MLflow: nothing answers there"):
        process("http://127.0.0.1:9").load_bundle("late", 1)


def test_process_without_a_response__is_a_store_error(caplog):
    with pytest.raises(StoreError, match="'delete' failed or timed out"):
        process(server_store().tracking_uri).run("delete")
    assert "KeyError" in caplog.text
