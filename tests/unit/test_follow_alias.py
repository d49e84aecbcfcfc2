"""The serving alias is followed: a valid version serves immediately, an invalid one leaves the current one serving."""

import re

import pytest

from delay_core.errors import StoreError
from delay_core.promotion import MANUAL_REASON
from delay_core.use_cases.follow_alias import RETRY_REFUSED_SECONDS
from delay_core.use_cases.serving_promotions import DirectServingPromotions
from fakes.model_registry import ModelRegistry
from support.alias_deployment import ALIAS, NAME, Deployment, bundle, bundle_with_breaking_schema, with_files
from support.bundles import tiny_bundle


@pytest.fixture
def deployment():
    return Deployment()


def test_refresh__lets_the_version_at_the_alias_serve_once(deployment):
    assert deployment.refresh().changed
    assert not deployment.refresh().changed
    assert deployment.serving == 1
    assert deployment.audited == [("model served", "late version 1")]


def test_refresh__follows_a_moved_alias(deployment):
    deployment.refresh()
    deployment.set_alias(deployment.register(bundle(1.0)))
    assert deployment.refresh().changed
    assert deployment.serving == 2


def test_record_swap__records_an_alias_set_by_hand_as_a_decision(deployment):
    deployment.refresh()
    deployment.set_alias(deployment.register(bundle(1.0)))
    deployment.refresh()

    assert [(d.version, d.replaced, d.reasons) for d in deployment.decisions.decisions(NAME)] == [
        (1, None, (MANUAL_REASON,)),
        (2, 1, (MANUAL_REASON,)),
    ]
    assert [entry.outcome for entry in deployment.audit_log.newest()] == [
        "instead of version 1; its alias was set by hand",
        "at the start; its alias was set by hand",
    ]


def test_record_swap__names_a_recorded_decision(deployment):
    deployment.refresh()
    deployment.set_alias(deployment.register(bundle(1.0)))
    deployment.refresh()
    DirectServingPromotions(deployment.registry, deployment.decisions, ALIAS).roll_back(NAME)
    deployment.refresh()

    assert deployment.serving == 1
    assert deployment.audit_log.newest()[0].outcome == "instead of version 2; by a recorded decision"


def test_record_swap__does_not_need_the_registry(deployment):
    swap = deployment.follow.refresh().swap
    deployment.follow.record_swap(swap, ask_promotions=False)

    assert deployment.decisions.decisions(NAME) == []
    assert deployment.audit_log.newest()[0].outcome == "at the start; who set the alias was not checked"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (bundle(float("nan")), "not a probability"),
        (with_files(tiny_bundle("x"), **{"model.onnx": b"\x80\x04\x95pickle"}), "no model"),
        (bundle_with_breaking_schema(), "refuses requests that are accepted now: Humidity: "),
    ],
)
def test_refused_version__leaves_the_current_one_serving_and_is_audited_once(deployment, broken, reason):
    deployment.refresh()
    deployment.set_alias(deployment.register(broken))
    for _ in range(3):
        result = deployment.refresh()
    deployment.now += RETRY_REFUSED_SECONDS
    result = deployment.refresh()

    assert not result.changed
    assert re.search(reason, result.problem)
    assert deployment.serving == 1
    assert deployment.audited == [("model served", "late version 1"), ("model refused", "late version 2")]


@pytest.mark.parametrize(("options", "seconds"), [({"force": True}, 0), ({}, RETRY_REFUSED_SECONDS)])
def test_refused_version__serves_after_its_repair_when_it_is_retried(deployment, options, seconds):
    deployment.refresh()
    repaired = bundle(1.0)
    deployment.set_alias(deployment.register(repaired))
    deployment.registry.alter(NAME, 2, "model.onnx", b"other bytes")
    assert "model.onnx was altered" in deployment.refresh().problem
    deployment.registry.alter(NAME, 2, "model.onnx", repaired.files["model.onnx"])
    assert deployment.refresh().problem  # refused a moment ago: it is not loaded again for a minute

    deployment.now += seconds

    assert deployment.refresh(**options).changed
    assert deployment.serving == 2


def test_breaking_schema__serves_if_it_is_allowed():
    deployment = Deployment(allow_breaking_schema=True)
    deployment.refresh()
    deployment.set_alias(deployment.register(bundle_with_breaking_schema()))
    deployment.refresh()
    assert deployment.serving == 2


def test_breaking_schema__may_be_the_first(deployment):
    deployment.set_alias(deployment.register(bundle_with_breaking_schema()))
    deployment.refresh()
    assert deployment.serving == 2


def test_unavailable_registry__leaves_the_model_serving(deployment):
    deployment.refresh()
    deployment.catalog.unavailable = True
    assert deployment.refresh().problem == "the registry is unavailable"
    assert deployment.serving == 1


def test_problem__is_public_without_the_locations_that_operators_need(deployment, monkeypatch):
    def fail(*_):
        raise StoreError("cannot read an alias in MLflow at http://ann:s3cret@host", public="cannot read an alias")

    monkeypatch.setattr(deployment.catalog, "get_by_alias", fail)
    result = deployment.refresh()
    assert "s3cret" in result.problem == deployment.follow.problem
    assert result.public_problem == deployment.follow.public_problem == "cannot read an alias"


def test_unexpected_error__leaves_the_model_serving(deployment, monkeypatch):
    deployment.refresh()
    deployment.set_alias(deployment.register(bundle(1.0)))

    def fail(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr(deployment.catalog, "load", fail)
    assert "the server's log has the reason" in deployment.refresh().public_problem
    assert deployment.serving == 1


def test_alias_without_a_version__is_a_problem(deployment):
    deployment.catalog.registry = ModelRegistry()
    assert deployment.refresh().problem == "no version of late has the alias production"
    assert deployment.follow.model is None


def test_unavailable_audit_log__does_not_prevent_a_swap(deployment, monkeypatch):
    def fail(_):
        raise StoreError("no database")

    monkeypatch.setattr(deployment.audit_log, "append", fail)
    assert deployment.refresh().changed
    assert deployment.serving == 1


def test_manual_promotion__is_recorded_once_for_several_servers():
    deployment = Deployment()
    promotions = DirectServingPromotions(deployment.registry, deployment.decisions, ALIAS)
    version = deployment.registry.get_by_alias(NAME, ALIAS)
    assert promotions.record_manual(version)
    assert promotions.record_manual(version)  # another worker asks, too
    assert len(deployment.decisions.decisions(NAME)) == 1
