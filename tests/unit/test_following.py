"""The serving alias is followed: a good version serves at once, whatever is wrong with one leaves the other serving."""

import json
import re

import pytest

from delay_core import Bundle
from delay_core.digest import canonical_json
from delay_core.errors import StoreError
from delay_core.use_cases.follow import BY_HAND, Follow, record_by_hand
from entrypoints.api.following import Following
from fakes.audit_log import AuditLog
from fakes.explainer import ModelExplainer
from fakes.model_registry import ModelRegistry
from fakes.model_runtime import ModelRuntime
from fakes.promotion_log import PromotionLog
from support.bundles import tiny_bundle

NAME, ALIAS = "late", "production"
WIDTH = len(tiny_bundle("x").encoder.names)


def with_files(bundle, **files):
    return Bundle.pack({**{name: text for name, text in bundle.files.items() if name != "manifest.json"}, **files})


def bundle(bias=0.0, weight=0.0, **files):
    model = json.dumps({"weights": [weight] * WIDTH, "bias": bias}).encode()
    return with_files(tiny_bundle("x"), **{"model.onnx": model}, **files)


def narrower():
    """Its schema refuses a humidity above 50, which the other's accepts."""
    content = tiny_bundle("x").schema.content
    content["columns"]["Humidity"]["maximum"] = 50
    return bundle(1.0, **{"schema.json": canonical_json(content)})


class World:
    """A registry with version 1 at the alias, and who follows it."""

    def __init__(self, **settings):
        self.registry, self.decisions, self.audit = ModelRegistry(), PromotionLog(), AuditLog()
        self.register(bundle())
        self.point(1)
        follow = Follow(self.registry, ModelRuntime(), ModelExplainer(), NAME, ALIAS, **settings)
        self.following = Following(follow, lambda version: record_by_hand(self.decisions, version), self.audit, 60)

    def register(self, made):
        return self.registry.register(NAME, made, "run").version

    def point(self, version):
        self.registry.set_alias(NAME, ALIAS, version)

    @property
    def serving(self):
        return self.following.model.version.version if self.following.model else None

    def audited(self):
        """Once the recorder has caught up."""
        self.following._records.submit(int).result(10)
        return [(entry.action, entry.subject) for entry in reversed(self.audit.newest())]


@pytest.fixture
def world():
    return World()


def test_the_version_at_the_alias_serves_and_is_taken_once(world):
    assert world.following.look().changed
    assert not world.following.look().changed
    assert world.serving == 1
    assert world.audited() == [("model served", "late version 1")]


def test_a_moved_alias_is_followed(world):
    world.following.look()
    world.point(world.register(bundle(1.0)))
    assert world.following.look().changed
    assert world.serving == 2


def test_an_alias_set_by_hand_is_recorded_as_a_decision_so_that_it_can_be_taken_back(world):
    world.following.look()
    world.point(world.register(bundle(1.0)))
    world.following.look()
    world.audited()
    assert [(d.version, d.replaced, d.reasons) for d in world.decisions.decisions(NAME)] == [
        (1, None, (BY_HAND,)),
        (2, 1, (BY_HAND,)),
    ]


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (bundle(float("nan")), "not a probability"),
        (with_files(tiny_bundle("x"), **{"model.onnx": b"\x80\x04\x95pickle"}), "no model"),
        (narrower(), "refuses requests that are accepted now: Humidity: "),
    ],
)
def test_a_version_that_must_not_serve_leaves_the_other_serving_and_is_audited_once(world, broken, why):
    world.following.look()
    world.point(world.register(broken))
    for _ in range(3):
        looked = world.following.look()
    assert not looked.changed
    assert re.search(why, looked.problem)
    assert world.serving == 1
    assert world.audited() == [("model served", "late version 1"), ("model refused", "late version 2")]


def test_an_altered_bundle_is_refused_and_taken_once_it_is_mended(world):
    world.following.look()
    made = bundle(1.0)
    world.point(world.register(made))
    world.registry.alter(NAME, 2, "model.onnx", b"other bytes")
    assert "model.onnx was altered" in world.following.look().problem
    world.registry.alter(NAME, 2, "model.onnx", made.files["model.onnx"])
    assert world.following.look().problem  # it was refused just now: not looked at again before a minute has passed
    assert world.following.look(anew=True).changed
    assert world.serving == 2


def test_a_narrower_schema_serves_where_it_is_allowed():
    world = World(allow_breaking_schema=True)
    world.following.look()
    world.point(world.register(narrower()))
    world.following.look()
    assert world.serving == 2


def test_a_narrower_schema_may_be_the_first(world):
    world.point(world.register(narrower()))
    world.following.look()
    assert world.serving == 2


def test_a_registry_that_is_away_leaves_the_model_serving(world, monkeypatch):
    world.following.look()

    def away(*_):
        raise StoreError("MLflow is away")

    monkeypatch.setattr(world.registry, "at_alias", away)
    assert world.following.look().problem == "MLflow is away"
    assert world.serving == 1


def test_without_a_version_at_the_alias_nothing_serves_and_it_is_said():
    following = World().following
    following._follow = Follow(ModelRegistry(), ModelRuntime(), ModelExplainer(), NAME, ALIAS)
    assert following.look().problem == "no version of late has the alias production"
    assert following.model is None


def test_a_decision_that_put_the_version_there_is_not_recorded_again():
    log = PromotionLog()
    world = World()
    assert record_by_hand(log, world.registry.at_alias(NAME, ALIAS))
    assert record_by_hand(log, world.registry.at_alias(NAME, ALIAS))  # found by another worker too: told, not repeated
    assert len(log.decisions(NAME)) == 1
