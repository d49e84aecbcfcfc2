"""Every AuditLog: nothing lost, nothing doubled, newest first."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from delay_core.ports.audit_log import AuditEntry
from fakes.audit_log import AuditLog as InMemory
from support.builders import NOON, audit_entry
from support.lazy_module import LazyModule

journal, postgres = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "behind a journal", "out of a journal"])
def log(request, tmp_path):
    if request.param == "fake":
        yield InMemory()
    elif request.param == "SQLite":
        with closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            yield postgres.AuditLog(database)
    elif request.param != "PostgreSQL":
        with (
            closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database,
            closing(journal.Journal(tmp_path / "journal.db", deadline=30)) as buffer,
        ):
            stored = postgres.AuditLog(database)
            straight = request.param == "behind a journal"
            yield (
                journal.AuditLog(buffer, stored) if straight else drained_log.Drained(buffer, journal.AuditLog, stored)
            )
    else:
        postgres_server.emptied("serving", "audit_log")
        yield postgres.AuditLog(postgres_server.as_role("serving", "serving"))


def entry(minutes=0, **fields) -> AuditEntry:
    return audit_entry(minutes, **fields)


def test_entries_are_read_back_as_they_were_told_newest_first(log):
    told = [entry(k, request_id=None if k else "r-1", outcome=f"refused: \\ 'naïve' \n {k}") for k in range(3)]

    log.append(told[::2])
    log.append(told[1:2])

    assert log.newest() == told[::-1]


def test_an_entry_that_is_told_again_is_neither_added_nor_changed(log):
    first = entry()

    log.append([first, first])
    log.append([replace(first, outcome="another"), new := entry(1)])

    assert log.newest() == [new, first]


def test_no_more_than_asked_for_are_given(log):
    log.append([entry(k) for k in range(5)])
    log.append([])

    assert [one.at for one in log.newest(2)] == [NOON + timedelta(minutes=4), NOON + timedelta(minutes=3)]


def test_what_a_database_cannot_keep_does_not_stop_the_batch(log):
    log.append([entry(), entry(1, subject="a\0b\ud800")])

    assert [one.subject for one in log.newest()] == ["a\ufffdb\ufffd", "models:/late/3"]


@pytest.mark.parametrize("limit", [0, 1001])
def test_another_limit_is_refused(log, limit):
    with pytest.raises(ValueError, match="1 to 1000"):
        log.newest(limit)


def test_a_time_that_is_not_utc_is_refused():
    with pytest.raises(ValueError, match="UTC"):
        replace(entry(), at=NOON.astimezone(timezone(timedelta(hours=2))))
