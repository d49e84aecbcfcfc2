"""Changes of the version that serves, decided in a state that another process changes meanwhile."""

import pytest

from delay_core.errors import ServingChanged, StoreError
from delay_core.promotion import Decision
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.serving_alias import ServingAlias
from delay_core.use_cases.serving_promotions import ALIAS_MOVE_SECONDS, DirectServingPromotions
from fakes.model_registry import ModelRegistry
from fakes.promotion_log import PromotionLog
from support.bundles import tiny_bundle

NAME, ALIAS = "late", "production"


@pytest.fixture
def alias() -> ServingAlias:
    """Five versions, of which the second serves by a recorded decision, after the first."""
    alias = ServingAlias(ModelRegistry(), PromotionLog(), ALIAS)
    for number in range(1, 6):
        alias.registry.register(NAME, tiny_bundle(str(number)), "run-1")
    for version in (1, 2):
        alias.change(promotion(version), alias.read(NAME))
    return alias


def promotion(version: int, replaced: int | None = None) -> Decision:
    digest = tiny_bundle(str(version)).digest
    replaced = version - 1 or None if replaced is None else replaced
    return Decision(
        action="promoted", name=NAME, version=version, digest=digest, replaced=replaced, reasons=(), trigger="gate"
    )


def serving(alias):
    """The version at the alias, and the one of the newest decision: they must be the same."""
    return alias.registry.get_by_alias(NAME, ALIAS).version, alias.log.decisions(NAME)[-1].version


def before_call(monkeypatch, owner, method, action):
    """Let the action happen when the method is called for the first time, before it does anything."""
    original = getattr(owner, method)

    def call(*arguments):
        monkeypatch.setattr(owner, method, original)
        action()
        return original(*arguments)

    monkeypatch.setattr(owner, method, call)


def test_change__after_a_change_that_was_recorded_meanwhile_is_refused(alias):
    state = alias.read(NAME)
    alias.change(promotion(4, 2), alias.read(NAME))

    with pytest.raises(ServingChanged, match=r"version 4 .* serves now; see `delay decisions`, and repeat this change"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)


def test_change__after_the_alias_was_set_by_hand_records_nothing(alias):
    state = alias.read(NAME)
    alias.registry.set_alias(NAME, ALIAS, 5)

    with pytest.raises(ServingChanged, match="version 5 of late serves now"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (5, 2)


def test_change__recorded_between_alias_and_record_is_noticed(alias, monkeypatch):
    state = alias.read(NAME)
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.log, "append", lambda: other.change(promotion(4, 2), other.read(NAME)))

    with pytest.raises(ServingChanged, match="version 4"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)


def test_change__that_moves_the_alias_late_follows_the_decision_that_was_recorded_after_it(alias, monkeypatch):
    state = alias.read(NAME)
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.registry, "set_alias", lambda: other.change(promotion(4, 2), other.read(NAME)))

    with pytest.raises(ServingChanged, match="version 4"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)


def test_version_rolled_back_meanwhile__is_not_promoted_again(alias):
    """The version that serves is the same as when the promotion was decided, but the record is not."""
    state = alias.read(NAME)
    alias.change(promotion(3, 2), state)
    Rollback(alias.registry, alias.log, ALIAS)(NAME)

    with pytest.raises(ServingChanged, match="version 2"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (2, 2)


def fail(*_):
    raise StoreError("no connection")


def test_change__that_was_interrupted_before_the_alias_is_completed_by_the_next_one(alias, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(alias.registry, "set_alias", fail)
        with pytest.raises(StoreError, match=r"version 3 of late is recorded, .* alias production .*: no connection"):
            alias.change(promotion(3, 2), alias.read(NAME))
    assert serving(alias) == (2, 3)

    alias.change(promotion(3, 2), alias.read(NAME))

    assert serving(alias) == (3, 3)
    assert len(alias.log.decisions(NAME)) == 3


def test_rollback__whose_last_look_at_the_record_fails_is_done(alias, monkeypatch, caplog):
    """An error would let a person repeat it: that would roll back another version."""
    alias.change(promotion(3, 2), alias.read(NAME))
    with monkeypatch.context() as patched:
        before_call(patched, alias.registry, "set_alias", lambda: patched.setattr(alias.log, "decisions", fail))
        Rollback(alias.registry, alias.log, ALIAS)(NAME)

    assert serving(alias) == (2, 2)
    assert "version 2 of late serves" in caplog.text


def test_rollback__while_another_version_is_promoted_is_refused(alias, monkeypatch):
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.registry, "load", lambda: other.change(promotion(3, 2), other.read(NAME)))

    with pytest.raises(ServingChanged, match="version 3"):
        Rollback(alias.registry, alias.log, ALIAS)(NAME)
    assert serving(alias) == (3, 3)


def test_manual_promotion__that_another_server_records_meanwhile_is_recorded_once(alias, monkeypatch):
    alias.registry.set_alias(NAME, ALIAS, 5)
    version = alias.registry.get_by_alias(NAME, ALIAS)
    first, second = (DirectServingPromotions(alias.registry, alias.log, ALIAS) for _ in range(2))
    before_call(monkeypatch, alias.log, "append", lambda: second.record_manual(version))

    assert first.record_manual(version)
    assert [decision.version for decision in alias.log.decisions(NAME)] == [1, 2, 5]


def test_version_that_served_for_a_moment__is_not_recorded_as_promoted_by_hand(alias, monkeypatch):
    """A server notices a promotion when the next one is recorded already."""
    alias.change(promotion(3, 2), alias.read(NAME))
    noticed = alias.registry.get_by_alias(NAME, ALIAS)
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.log, "records", lambda: other.change(promotion(4, 3), other.read(NAME)))

    assert not DirectServingPromotions(alias.registry, alias.log, ALIAS).record_manual(noticed)
    assert serving(alias) == (4, 4)


def test_server_that_starts_before_the_alias_moves__does_not_undo_the_recorded_promotion(alias, monkeypatch):
    """The version at the alias is the one that the newest decision replaces: nobody set it by hand."""
    noticed = alias.registry.get_by_alias(NAME, ALIAS)
    move_alias = alias.registry.set_alias

    def start_server():
        server = DirectServingPromotions(alias.registry, alias.log, ALIAS, lambda _: move_alias(NAME, ALIAS, 3))
        assert not server.record_manual(noticed)

    before_call(monkeypatch, alias.registry, "set_alias", start_server)
    alias.change(promotion(3, 2), alias.read(NAME))

    assert serving(alias) == (3, 3)
    assert [decision.version for decision in alias.log.decisions(NAME)] == [1, 2, 3]


def test_alias_that_was_set_back_by_hand__is_recorded_although_the_newest_decision_replaced_its_version(alias):
    alias.change(promotion(3, 2), alias.read(NAME))
    alias.registry.set_alias(NAME, ALIAS, 2)
    waits = []
    server = DirectServingPromotions(alias.registry, alias.log, ALIAS, waits.append)

    assert server.record_manual(alias.registry.get_by_alias(NAME, ALIAS))
    assert alias.log.decisions(NAME)[-1].trigger == "manual"
    assert waits == [ALIAS_MOVE_SECONDS]
