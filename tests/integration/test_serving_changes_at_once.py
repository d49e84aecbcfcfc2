"""Processes that change which version serves at the same time: one succeeds, and the others know which one."""

from multiprocessing.synchronize import Barrier
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.mlflow import ExperimentTracker, MlflowConnection, ModelRegistry, PromotionLog
from delay_core.errors import ServingChanged
from delay_core.ports.experiment_tracker import TrainingRun
from delay_core.promotion import Decision
from delay_core.use_cases.serving_alias import ServingAlias
from support.bundles import tiny_bundle
from support.crashes import at_once
from support.mlflow_stores import fresh_store, server_store
from support.registry_cases import CODE

CHALLENGERS = (2, 3, 4)


@pytest.fixture(params=["SQLite", "MLflow server on PostgreSQL"])
def store(request, tmp_path) -> MlflowConnection:
    return fresh_store(tmp_path) if request.param == "SQLite" else server_store()


def serving_alias(uri: str) -> ServingAlias:
    store = MlflowConnection(uri)
    return ServingAlias(ModelRegistry(store, CODE), PromotionLog(store), "production")


def promotion(name: str, version: int) -> Decision:
    return Decision(
        action="promoted",
        name=name,
        version=version,
        digest=tiny_bundle(str(version)).digest,
        replaced=1 if version > 1 else None,
        reasons=("better",),
        trigger="gate",
    )


def promote(uri: str, name: str, version: int, results: Path, barrier: Barrier) -> None:
    """Every process reads that version 1 serves before the first one changes it."""
    alias = serving_alias(uri)
    state = alias.read(name)
    barrier.wait()
    try:
        alias.change(promotion(name, version), state)
    except ServingChanged as error:
        (results / str(version)).write_text(str(error))
    else:
        (results / str(version)).write_text("promoted")


def test_promotions_at_once__one_succeeds_and_the_others_name_it(store, tmp_path):
    name, results = f"late-{uuid4().hex}", tmp_path / "results"
    results.mkdir()
    alias = serving_alias(store.tracking_uri)
    run_id = ExperimentTracker(store).record(name, TrainingRun("a" * 64, {}, {}, {}))
    for version in (1, *CHALLENGERS):
        alias.registry.register(name, tiny_bundle(str(version)), run_id)
    alias.change(promotion(name, 1), alias.read(name))

    at_once(promote, [(store.tracking_uri, name, version, results) for version in CHALLENGERS])

    outcomes = {version: (results / str(version)).read_text() for version in CHALLENGERS}
    [winner] = [version for version, outcome in outcomes.items() if outcome == "promoted"]
    for version in set(CHALLENGERS) - {winner}:
        assert f"another change, to version {winner} of {name}, came first" in outcomes[version]
    assert alias.log.decisions(name) == [promotion(name, 1), promotion(name, winner)]
    assert alias.registry.get_by_alias(name, "production").version == winner
    assert unfinished_runs(store, name) == []


def unfinished_runs(store, name):
    with store.client("read") as client:
        runs = client.search_runs([client.get_experiment_by_name(f"{name} promotions").experiment_id])
    return [run.info.run_id for run in runs if run.info.status == "RUNNING"]
