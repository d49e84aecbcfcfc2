"""Every VersionHistory: the newest versions and decisions first, and no more than were requested."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from delay_core.use_cases.direct_version_history import DirectVersionHistory
from fakes import model_registry, promotion_log, version_history
from support.bundles import tiny_bundle
from support.lazy_module import LazyModule

mlflow, mlflow_rest = LazyModule("adapters.mlflow"), LazyModule("adapters.mlflow_rest")
mlflow_stores, registry_cases = LazyModule("support.mlflow_stores"), LazyModule("support.registry_cases")
SALTS = ("one", "two", "three")
LONG = "x" * 9000
"""A reason that needs several tags of MLflow."""


def decision(version, name):
    return Decision(
        action="promoted",
        name=name,
        version=version,
        digest="d" * 64,
        reasons=(f"because {version} {LONG}",),
        trigger="gate",
    )


@pytest.fixture(scope="module", params=["fake", "direct", "MLflow server by REST"])
def recorded(request):
    """The history of a model with three versions and three decisions, and its name."""
    name = f"late-{uuid4().hex} ü &?"
    if request.param == "MLflow server by REST":
        store = mlflow_stores.server_store()
        registry, log = mlflow.ModelRegistry(store, registry_cases.CODE), mlflow.PromotionLog(store)
        run_id = mlflow.ExperimentTracker(store).record(name, TrainingRun(uuid4().hex, {}, {}, {}))
        history = mlflow_rest.VersionHistory(store.tracking_uri, {})
    else:
        registry, log, run_id = model_registry.ModelRegistry(), promotion_log.PromotionLog(), "run-1"
        create = version_history.VersionHistory if request.param == "fake" else DirectVersionHistory
        history = create(registry, log)
    versions = [registry.register(name, tiny_bundle(f"{name} {salt}"), run_id) for salt in SALTS]
    for version in (1, 2, 3):
        log.append(decision(version, name))
    return history, name, versions


def test_versions__are_the_newest_first(recorded):
    history, name, versions = recorded
    assert history.versions(name, 10) == versions[::-1]
    assert history.versions(name, 2) == versions[:0:-1]


def test_decisions__are_complete_and_the_newest_first(recorded):
    history, name, _ = recorded
    newest_first = [decision(version, name) for version in (3, 2, 1)]
    assert [record.decision for record in history.decisions(name, 10)] == newest_first
    assert [record.decision for record in history.decisions(name, 1)] == newest_first[:1]


def test_decisions__have_the_times_at_which_they_were_recorded(recorded):
    history, name, _ = recorded
    now = datetime.now(UTC)
    newest, middle, oldest = (record.recorded_at for record in history.decisions(name, 3))
    assert now - timedelta(hours=1) < oldest <= middle <= newest <= now


def test_unknown_model__has_no_history(recorded):
    history, _, _ = recorded
    assert (history.versions("unknown", 5), history.decisions("unknown", 5)) == ([], [])
