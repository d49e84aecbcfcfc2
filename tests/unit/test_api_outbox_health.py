"""What health checks and metrics say of the outbox and the database behind it."""

import asyncio
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from delay_core.errors import StoreError
from entrypoints.api.observability.health_checks import HealthChecks
from entrypoints.api.observability.prometheus import ApiMetrics
from fakes.audit_log import AuditLog
from fakes.outbox_status import EMPTY, OutboxStatus

PENDING = replace(EMPTY, pending=8, dead_letters=2, size=1_000, oldest=datetime(2026, 3, 31, 12, tzinfo=UTC))
FULL = replace(PENDING, limit=10)
FULL_OF_BYTES = replace(PENDING, max_size=1_050)
UNUSABLE = replace(EMPTY, file_error="attempt to write a readonly database")


class UnavailableLog(AuditLog):
    def newest(self, limit=100):
        raise StoreError("the database is unavailable")


@pytest.mark.parametrize(
    ("outbox", "audit_log", "state", "detail"),
    [
        (EMPTY, AuditLog, "up", "the outbox is empty"),
        (PENDING, AuditLog, "degraded", "holds 10 of at most 1000 rows"),
        (FULL, AuditLog, "degraded", "the outbox is full"),
        (FULL_OF_BYTES, AuditLog, "degraded", "the outbox is full"),
        (UNUSABLE, AuditLog, "degraded", "the outbox cannot be used"),
        (EMPTY, UnavailableLog, "degraded", "the database is unavailable; the outbox holds 0"),
        (FULL, UnavailableLog, "down", "the outbox is full"),
        (FULL_OF_BYTES, UnavailableLog, "down", "the outbox is full"),
        (UNUSABLE, UnavailableLog, "down", "the outbox cannot be used"),
    ],
)
def test_prediction_log__is_down_only_without_database_and_outbox(outbox, audit_log, state, detail):
    watcher = SimpleNamespace(model=None, public_problem="")
    catalog = SimpleNamespace(stale_since=None)
    with closing(HealthChecks(watcher, catalog, audit_log(), OutboxStatus(outbox))) as health:
        component = asyncio.run(health.check())["prediction_log"]

    assert component.state == state
    assert detail in component.detail


def test_metrics__show_what_the_outbox_holds():
    metrics = ApiMetrics(multiple_processes=False)

    metrics.observe_outbox(replace(PENDING, superseded=3, database_up=False), PENDING.oldest.timestamp() + 60)

    lines = metrics.render().decode().splitlines()
    values = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if "_outbox_" in line[:13])}
    assert values == {
        "delay_outbox_pending_rows": 8,
        "delay_outbox_dead_letters": 2,
        "delay_outbox_bytes": 1_000,
        "delay_outbox_oldest_seconds": 60,
        "delay_outbox_superseded_rows": 3,
        "delay_outbox_usable": 1,
    }
    assert {"delay_journal_rows 10.0", "delay_database_up 0.0"} <= set(lines)
    metrics.observe_outbox(UNUSABLE, 0.0)
    assert "delay_outbox_usable 0.0" in metrics.render().decode()
