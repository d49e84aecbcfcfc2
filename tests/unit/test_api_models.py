"""GET /models: what the registry has, and without it what the server knows."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from delay_core.errors import StoreError
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision
from delay_core.reference_sample import ReferenceSample
from entrypoints.api.problems import Problem
from entrypoints.api.routes import models as route
from entrypoints.api.serving.cached_values import CachedValues
from fakes.model_registry import ModelRegistry
from fakes.promotion_log import PromotionLog
from fakes.version_history import VersionHistory
from support.bundles import tiny_bundle

SINCE = datetime(2026, 3, 31, 12, tzinfo=UTC)
REFERENCE = ReferenceSample(
    columns={},
    probabilities=np.repeat([0.1, 0.9], 50),
    labels=np.array([0] * 45 + [1] * 5 + [1] * 50, dtype=np.int8),
    prediction_points=None,
    groups=None,
)
BUNDLE = tiny_bundle("serving", REFERENCE)
SERVING = SimpleNamespace(
    version=ModelVersion("late", 2, BUNDLE.digest, "run"), predictor=SimpleNamespace(bundle=BUNDLE)
)


@pytest.fixture
def history():
    registry, log = ModelRegistry(), PromotionLog()
    for salt in ("one", "two"):
        version = registry.register("late", tiny_bundle(salt), "run")
        log.append(
            Decision(
                action="promoted",
                name="late",
                version=version.version,
                digest=version.digest,
                replaced=version.version - 1 or None,
                reasons=("it passed every check",),
                trigger="gate",
            )
        )
    return VersionHistory(registry, log)


def response(history, model=SERVING):
    context = SimpleNamespace(
        model_name="late",
        model_alias="production",
        watcher=SimpleNamespace(model=model, serving_since=SINCE),
        version_history=history,
        history_cache=CachedValues(60),
    )
    return asyncio.run(route.models(context)).model_dump(mode="json")


def test_models__has_versions_decisions_and_the_serving_one(history):
    answer = response(history)
    assert [(version["version"], version["serves"]) for version in answer["versions"]] == [(2, True), (1, False)]
    assert [(decision["version"], decision["replaced"]) for decision in answer["decisions"]] == [(2, 1), (1, None)]
    times = [datetime.fromisoformat(decision["recorded_at"]) for decision in answer["decisions"]]
    assert times == [record.recorded_at for record in history.decisions("late", 2)]
    assert (answer["serving_version"], answer["alias"], answer["registry_problem"]) == (2, "production", None)
    assert answer["serving_since"] == "2026-03-31T12:00:00+00:00"
    assert answer["card"] == "# A bundle for tests\n"


def test_recalibrations_refused_in_a_row__are_one_decision(monkeypatch):
    monkeypatch.setattr(route, "MAX_DECISIONS", 3)
    moments = (SINCE + timedelta(days=day) for day in range(100))
    log = PromotionLog(lambda: next(moments))
    refused = [("refused", 1, "recalibration", f"{outcomes} of 500 outcomes") for outcomes in range(2, 5)]
    for action, version, trigger, reason in [
        ("promoted", 1, "gate", "it is the first one"),
        *refused,
        ("refused", 2, "gate", "it is no better"),
        ("refused", 3, "gate", "it is no better"),
        *refused,
    ]:
        fields = {"name": "late", "digest": "b" * 64, "reasons": (reason,)}
        log.append(Decision(action=action, version=version, trigger=trigger, **fields))

    newest, *gate = response(VersionHistory(ModelRegistry(), log))["decisions"]

    assert (newest["version"], newest["occurrences"], newest["reasons"]) == (1, 3, ["4 of 500 outcomes"])
    assert newest["recorded_at"] == "2026-04-08T12:00:00+00:00"
    assert newest["first_recorded_at"] == "2026-04-06T12:00:00+00:00"
    assert [(one["version"], one["occurrences"]) for one in gate] == [(3, 1), (2, 1)]
    assert {one["first_recorded_at"] for one in gate} == {None}


def test_calibration__has_the_late_share_of_each_bin(history):
    points = [(p["rows"], p["mean_probability"], p["late_share"]) for p in response(history)["calibration"]]
    assert points == [(50, pytest.approx(0.1), pytest.approx(0.1)), (50, pytest.approx(0.9), 1.0)]


def test_without_the_registry__the_serving_version_is_known(history):
    history.unavailable = StoreError("https://user:secret@mlflow is away")
    answer = response(history)
    assert answer["registry_problem"] == "the model registry is unavailable"
    assert [(version["version"], version["serves"]) for version in answer["versions"]] == [(2, True)]
    assert (answer["decisions"], answer["card"]) == ([], "# A bundle for tests\n")


def test_slow_registry__is_not_waited_for(history, monkeypatch):
    monkeypatch.setattr(route, "REGISTRY_SECONDS", 0.02)
    monkeypatch.setattr(history, "versions", lambda *_: time.sleep(0.2) or [])
    assert response(history)["registry_problem"] == "the model registry does not answer in time"


def test_without_registry_and_model__is_503(history):
    history.unavailable = StoreError("away")
    with pytest.raises(Problem, match="the model registry is unavailable, and the model is not loaded") as problem:
        response(history, model=None)
    assert problem.value.status == 503


def test_before_the_first_version__everything_is_empty():
    answer = response(VersionHistory(ModelRegistry(), PromotionLog()), model=None)
    assert (answer["serving_version"], answer["serving_since"], answer["versions"]) == (None, None, [])
