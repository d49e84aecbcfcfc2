"""Changes of the version that serves, decided in a state that another process changes meanwhile."""

import pytest

from delay_core.errors import NoSuchModel, ServingChanged, StoreError
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.serving_alias import ServingAlias
from support.serving_changes import ALIAS, NAME, before_call, promotion, second_of_five, serving


@pytest.fixture
def alias() -> ServingAlias:
    return second_of_five()


def test_change__after_a_change_that_was_recorded_meanwhile_is_refused(alias):
    state = alias.read(NAME)
    alias.change(promotion(4, 2), alias.read(NAME))

    with pytest.raises(ServingChanged, match=r"to version 4 of late, came first; see `delay decisions`, and repeat"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)


def test_change__after_the_alias_was_set_by_hand_records_nothing(alias):
    state = alias.read(NAME)
    alias.registry.set_alias(NAME, ALIAS, 5)

    with pytest.raises(ServingChanged, match="another change, to version 5 of late, came first"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (5, 2)


def test_change__recorded_between_alias_and_record_is_noticed(alias, monkeypatch):
    state = alias.read(NAME)
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.log, "append", lambda: other.change(promotion(4, 2), other.read(NAME)))

    with pytest.raises(ServingChanged, match="version 4"):
        alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)


def test_change__that_moves_the_alias_late_follows_the_decision_that_was_recorded_after_it(alias, monkeypatch, caplog):
    state = alias.read(NAME)
    other = ServingAlias(alias.registry, alias.log, ALIAS)
    before_call(monkeypatch, alias.registry, "set_alias", lambda: other.change(promotion(4, 2), other.read(NAME)))

    assert not alias.change(promotion(3, 2), state)
    assert serving(alias) == (4, 4)
    assert "version 3 of late was recorded, but version 4 after it, which serves" in caplog.text


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


def test_rollback__to_a_version_that_is_deleted_before_the_alias_moves_is_not_called_unchanged(alias, monkeypatch):
    def deleted(*_):
        raise NoSuchModel("version 1 does not exist")

    monkeypatch.setattr(alias.registry, "set_alias", deleted)

    with pytest.raises(StoreError, match=r"version 1 of late is recorded, .*: version 1 does not exist"):
        Rollback(alias.registry, alias.log, ALIAS)(NAME)
