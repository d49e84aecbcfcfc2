"""Model files that somebody deleted from an MLflow server: a copy is read, and a rollback stores it there again."""

import io
import logging
import subprocess
import sys
from contextlib import redirect_stdout
from types import SimpleNamespace
from unittest.mock import patch
from uuid import uuid4

import pytest
from mlflow.store.artifact import artifact_repository_registry

from adapters.mlflow import ExperimentTracker, ModelRegistry, PromotionLog
from adapters.mlflow_rest import ModelCatalog
from adapters.mlflow_subprocess import MlflowSubprocess, ServingPromotions
from adapters.mlflow_subprocess.__main__ import main
from delay_core.errors import BundleMissing
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.use_cases.recovered_bundles import RecoveringModelCatalog
from delay_core.use_cases.serving_promotions import DirectServingPromotions
from support.bundles import tiny_bundle
from support.mlflow_stores import server_store
from support.registry_cases import CODE


@pytest.fixture
def in_process(monkeypatch):
    """The child's side runs in this process, which has imported MLflow already."""

    def run(command, *, input, **_):  # noqa: A002 - as subprocess.run has it
        output = io.StringIO()
        with patch.object(sys, "stdin", io.StringIO(input)), redirect_stdout(output):
            main()
        return subprocess.CompletedProcess(command, 0, output.getvalue(), "")

    child = SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired)
    monkeypatch.setattr("adapters.mlflow_subprocess.client.subprocess", child)


@pytest.fixture
def deleted():
    """Two versions that served one after the other; the files of the first are deleted: (its bundle, the model)."""
    store, name = server_store(), f"deleted {uuid4().hex[:8]}"
    run_id = ExperimentTracker(store).record(name, TrainingRun(uuid4().hex, {}, {}, {}))
    registry = ModelRegistry(store, CODE)
    promotions = DirectServingPromotions(registry, PromotionLog(store), "production")
    bundle = tiny_bundle(f"{name} one")
    for one in (bundle, tiny_bundle(f"{name} two")):
        version = registry.register(name, one, run_id)
        registry.set_alias(name, "production", version.version)
        promotions.record_manual(version)
    delete_artifacts(store, run_id, f"models/{bundle.digest}")
    return bundle, name


def delete_artifacts(store, run_id, path):
    with store.client("delete files") as client:
        uri = client.get_run(run_id).info.artifact_uri
    artifact_repository_registry.get_artifact_repository(uri, store.tracking_uri).delete_artifacts(path)


@pytest.mark.usefixtures("in_process")
def test_catalog_of_a_server_without_the_files__loads_the_copy(deleted):
    bundle, name = deleted
    uri = server_store().tracking_uri
    rest_catalog = ModelCatalog(uri, MlflowSubprocess(uri, "production", CODE).load_bundle, {})

    assert RecoveringModelCatalog(rest_catalog, [{bundle.digest: bundle}.get]).load(name, 1) == bundle


@pytest.mark.usefixtures("in_process")
def test_rollback_to_a_version_without_files__stores_the_copy_on_the_server_again(deleted, caplog):
    bundle, name = deleted
    child = MlflowSubprocess(server_store().tracking_uri, "production", CODE)
    with pytest.raises(
        BundleMissing, match="no copy with its digest is in the data folder or the model cache"
    ) as refused:
        ServingPromotions(child).roll_back(name)
    assert "run the pipeline again to register it" in refused.value.public

    with caplog.at_level(logging.WARNING):
        decision = ServingPromotions(child, [lambda _: None, {bundle.digest: bundle}.get]).roll_back(name)

    assert (decision.version, decision.digest, decision.replaced) == (1, bundle.digest, 2)
    assert f"a copy with its digest {bundle.digest[:12]} was stored there again" in caplog.text
    assert child.load_bundle(name, 1) == bundle
