"""Manual promotions that a server of predictions records while other processes change which version serves."""

import pytest

from delay_core.promotion import was_rolled_back
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.serving_alias import ServingAlias
from delay_core.use_cases.serving_promotions import ALIAS_MOVE_SECONDS, DirectServingPromotions
from support.serving_changes import ALIAS, NAME, before_call, promotion, second_of_five, serving


@pytest.fixture
def alias() -> ServingAlias:
    return second_of_five()


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


@pytest.fixture
def rolled_back(alias):
    """Version 3, which a server noticed before it was rolled back."""
    alias.change(promotion(3, 2), alias.read(NAME))
    noticed = alias.registry.get_by_alias(NAME, ALIAS)
    Rollback(alias.registry, alias.log, ALIAS)(NAME)
    return noticed


def test_server_that_is_two_decisions_late__records_nothing(alias, rolled_back):
    """Else the version that was rolled back could serve once more."""
    alias.change(promotion(4, 2), alias.read(NAME))

    assert not DirectServingPromotions(alias.registry, alias.log, ALIAS).record_manual(rolled_back)
    assert was_rolled_back(alias.log.decisions(NAME), 3)
    assert Rollback(alias.registry, alias.log, ALIAS)(NAME).version == 2


def test_server_that_is_late__does_not_undo_a_promotion_whose_alias_did_not_move_yet(alias, rolled_back, monkeypatch):
    server = DirectServingPromotions(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.registry, "set_alias", lambda: server.record_manual(rolled_back))

    assert alias.change(promotion(4, 2), alias.read(NAME))
    assert serving(alias) == (4, 4)


def test_server__waits_for_the_writer_of_each_decision(alias):
    """The first writer was killed; while the server waits for it, another one records its decision."""
    alias.log.append(promotion(3, 2))
    version = alias.registry.get_by_alias(NAME, ALIAS)
    waits = []

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 1:
            alias.log.append(promotion(4, 2))
        else:
            alias.registry.set_alias(NAME, ALIAS, 4)

    assert not DirectServingPromotions(alias.registry, alias.log, ALIAS, wait).record_manual(version)
    assert serving(alias) == (4, 4)
    assert waits == 2 * [ALIAS_MOVE_SECONDS]
