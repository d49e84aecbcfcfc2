"""Discarding dead letters: the audit log has them first."""

import pytest

from delay_core.errors import StoreError, UnknownDeadLetter
from delay_core.ports.dead_letters import DeadLetter
from delay_core.use_cases.discard_dead_letters import DiscardDeadLetters
from fakes.audit_log import AuditLog
from fakes.dead_letters import DeadLetters
from support.builders import NOON

LETTERS = [DeadLetter(number, "predictions", NOON, 1, (f"S-{number}",), "out of range") for number in (3, 7)]


def test_discard__records_who_discarded_what():
    audit_log, dead_letters = AuditLog(), DeadLetters(LETTERS)

    assert DiscardDeadLetters(dead_letters, audit_log)([7], "ops", NOON) == LETTERS[1:]

    [entry] = audit_log.newest()
    assert (entry.actor, entry.at, entry.subject) == ("ops", NOON, "dead letter 7 of predictions")
    assert "out of range" in entry.outcome
    assert dead_letters.read() == LETTERS[:1]
    assert DiscardDeadLetters(dead_letters, audit_log)(None, "ops", NOON) == LETTERS[:1]
    assert DiscardDeadLetters(dead_letters, audit_log)(None, "ops", NOON) == []
    assert len(audit_log.newest()) == 2


def test_discard__deletes_nothing_that_is_not_recorded():
    class UnavailableLog(AuditLog):
        def append(self, batch):
            raise StoreError("unavailable")

    dead_letters = DeadLetters(LETTERS)
    with pytest.raises(StoreError):
        DiscardDeadLetters(dead_letters, UnavailableLog())(None, "ops", NOON)
    with pytest.raises(UnknownDeadLetter):
        DiscardDeadLetters(dead_letters, AuditLog())([4], "ops", NOON)

    assert dead_letters.read() == LETTERS
