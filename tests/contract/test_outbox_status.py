"""Every OutboxStatus: what waits for the database, and whether the database responds."""

from contextlib import closing

import pytest

from delay_core.errors import StoreError
from fakes import outbox_status as fake
from fakes.audit_log import AuditLog
from support.builders import audit_entry
from support.lazy_module import LazyModule

outbox = LazyModule("adapters.outbox")


class UnavailableLog(AuditLog):
    def append(self, batch):
        raise StoreError("the database is unavailable")


@pytest.fixture(params=["fake", "outbox"])
def status_after(request, tmp_path):
    """Returns the status of an outbox of at most 1,000 rows after these entries were written without a database."""
    if request.param == "fake":

        def status_after(*entries):
            oldest = min((entry.at for entry in entries), default=None)
            error = "the database is unavailable" if entries else None
            return fake.OutboxStatus(fake.OutboxState(len(entries), 0, 1_000, oldest, not entries, error))

        yield status_after
        return
    with closing(outbox.Outbox(tmp_path / "outbox.db", 1_000, 30)) as box:

        def status_after(*entries):
            log = outbox.OutboxAuditLog(box, UnavailableLog())
            for entry in entries:
                log.append([entry])
            return box

        yield status_after


def test_empty_outbox__has_nothing_pending(status_after):
    state = status_after().state()

    assert (state.pending, state.dead_letters, state.limit, state.oldest) == (0, 0, 1_000, None)
    assert state.database_up
    assert state.last_error is None


def test_rows_without_a_database__are_pending(status_after):
    first, second = audit_entry(0), audit_entry(1)

    state = status_after(first, second).state()

    assert (state.pending, state.dead_letters, state.oldest) == (2, 0, first.at)
    assert not state.database_up
    assert state.file_error is None
    assert not state.is_full
    assert "unavailable" in state.last_error
