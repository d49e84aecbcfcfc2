"""What the API has done by another process, on a real MLflow server: fetching bundles, recording, taking back."""

from uuid import uuid4

import pytest

from adapters.mlflow import ExperimentTracker, ModelRegistry, PromotionLog
from delay_core.errors import NoSuchModel, StoreError
from delay_core.ports.experiment_tracker import Training
from delay_core.promotion import MANUAL_REASON
from entrypoints import pyfunc
from entrypoints.container.errands import Errands
from support.bundles import tiny_bundle
from support.measured import measured_variables
from support.mlflow_stores import server_store

CODE = pyfunc.__file__.replace("__init__.py", "model.py")


@pytest.fixture(autouse=True)
def measured(monkeypatch):
    for name, value in measured_variables().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def registered():
    """A model with two versions, the first at the alias production: (client, its name, both versions)."""
    store, name = server_store(), f"errands {uuid4().hex[:8]}"
    run = ExperimentTracker(store).record(name, Training(uuid4().hex, {}, {}, {}))
    client = ModelRegistry(store, CODE)
    first, second = (client.register(name, tiny_bundle(f"{name} {number}"), run) for number in (1, 2))
    client.set_alias(name, "production", first.version)
    return client, name, (first, second)


def test_bundles_are_fetched_and_what_is_not_there_is_told_as_the_registry_tells_it(registered):
    _, name, (first, _) = registered
    errands = Errands(server_store().tracking_uri, "production")

    assert errands.load(name, first.version).digest == first.digest
    with pytest.raises(NoSuchModel, match="no version 99"):
        errands.load(name, 99)


def test_versions_set_by_hand_are_recorded_once_and_can_be_taken_back(registered):
    client, name, (first, second) = registered
    errands, decisions = Errands(server_store().tracking_uri, "production"), PromotionLog(server_store())

    recorded = [errands.record(first)]
    client.set_alias(name, "production", second.version)
    recorded += [errands.record(second), errands.record(second)]
    taken_back = errands.rollback(name)

    assert recorded == [True, True, True]
    assert [(d.version, d.replaced, d.reasons) for d in decisions.decisions(name)[:2]] == [
        (first.version, None, (MANUAL_REASON,)),
        (second.version, first.version, (MANUAL_REASON,)),
    ]
    assert (taken_back.action, taken_back.version, taken_back.replaced) == (
        "rolled_back",
        first.version,
        second.version,
    )
    assert client.at_alias(name, "production") == first
    assert len(decisions.decisions(name)) == 3


def test_nobody_is_sent_to_a_server_that_is_away():
    with pytest.raises(StoreError, match="MLflow: nothing answers there"):
        Errands("http://127.0.0.1:9", "production").load("late", 1)


def test_an_errand_that_fails_is_a_store_error(monkeypatch):
    monkeypatch.setenv("DELAY_TRIALS", "none")  # no setting: the process ends with a trace

    with pytest.raises(StoreError, match="'load' did not come to an end"):
        Errands(server_store().tracking_uri, "production").load("late", 1)
