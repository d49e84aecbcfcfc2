"""Every AuditLog: no entry is lost or doubled, and the newest comes first."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from delay_core.file_urls import sqlite_url
from delay_core.ports.audit_log import AuditEntry
from fakes.audit_log import AuditLog as FakeLog
from support.builders import NOON, audit_entry
from support.lazy_module import LazyModule
from support.odd_paths import ODD_NAME

outbox, sql = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "through an outbox", "out of an outbox"])
def log(request, tmp_path):
    if request.param == "fake":
        yield FakeLog()
    elif request.param == "PostgreSQL":
        postgres_server.emptied("serving", "audit_log")
        yield sql.AuditLog(postgres_server.as_role("serving", "serving"))
    else:
        with closing(sql.Database(sqlite_url(tmp_path / ODD_NAME / "serving.db"), "serving")) as database:
            inner = sql.AuditLog(database)
            if request.param == "SQLite":
                yield inner
                return
            with closing(outbox.Outbox(tmp_path / f"{ODD_NAME}.db", deadline=30)) as box:
                if request.param == "through an outbox":
                    yield outbox.OutboxAuditLog(box, inner)
                else:
                    yield drained_log.DrainedLog(box, outbox.OutboxAuditLog, inner)


def entry(minutes=0, **fields) -> AuditEntry:
    return audit_entry(minutes, **fields)


def test_newest__returns_every_field_exactly_newest_first(log):
    entries = [entry(k, request_id=None if k else "r-1", outcome=f"refused: \\ 'naïve' \n {k}") for k in range(3)]

    log.append(entries[::2])
    log.append(entries[1:2])

    assert log.newest() == entries[::-1]


def test_append__does_not_add_or_change_an_existing_entry(log):
    first = entry()

    log.append([first, first])
    log.append([replace(first, outcome="another"), new := entry(1)])

    assert log.newest() == [new, first]


def test_newest__returns_at_most_the_limit(log):
    log.append([entry(k) for k in range(5)])
    log.append([])

    assert [row.at for row in log.newest(2)] == [NOON + timedelta(minutes=4), NOON + timedelta(minutes=3)]


def test_append__replaces_characters_that_databases_refuse(log):
    log.append([entry(), entry(1, subject="a\0b\ud800")])

    assert [row.subject for row in log.newest()] == ["a\ufffdb\ufffd", "models:/late/3"]


@pytest.mark.parametrize("limit", [0, 1001])
def test_newest__refuses_another_limit(log, limit):
    with pytest.raises(ValueError, match="1 to 1000"):
        log.newest(limit)


def test_audit_entry__refuses_a_time_that_is_not_utc():
    with pytest.raises(ValueError, match="UTC"):
        replace(entry(), at=NOON.astimezone(timezone(timedelta(hours=2))))
