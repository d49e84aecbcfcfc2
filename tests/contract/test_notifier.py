"""Every Notifier: a notice arrives with its text, once for each call; what did not arrive is an error."""

import logging
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.monitoring_decision import MonitoringDecision, Severity
from delay_core.monitoring.notice import Notice
from delay_core.monitoring.time_window import TimeWindow
from fakes import notifier as fake
from support.lazy_module import LazyModule
from support.notice_receiver import NoticeReceiver

log = LazyModule("adapters.log")
webhook = LazyModule("adapters.webhook")

WINDOW = TimeWindow(datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))


def notice(severity=Severity.RETRAIN, version=3):
    reasons = (DecisionReason(ReasonCode.COLUMNS_DRIFTED, {"columns": ["Größe"], "windows": 3}),)
    return Notice(MonitoringDecision("late", version, WINDOW, severity, reasons, 25.0, 400, WINDOW, changed=True))


@pytest.fixture(params=["fake", "log", "webhook"])
def channel(request, caplog):
    """A notifier, and the ids and texts that arrived."""
    if request.param == "fake":
        notifier = fake.Notifier()
        yield SimpleNamespace(notifier=notifier, arrived=lambda: [(each.id, each.text) for each in notifier.notices])
    elif request.param == "log":
        caplog.set_level(logging.INFO, logger="delay.monitoring")

        yield SimpleNamespace(notifier=log.Notifier(), arrived=lambda: [record.args[::-1] for record in caplog.records])
    else:
        with NoticeReceiver() as receiver:
            notifier = webhook.Notifier(webhook.WebhookSettings(receiver.url))
            yield SimpleNamespace(
                notifier=notifier, arrived=lambda: [(each["id"], each["text"]) for each in receiver.notices]
            )


def test_notice__arrives_with_id_and_text(channel):
    channel.notifier.notify(notice())
    assert channel.arrived() == [(notice().id, notice().text)]
    assert "late version 3: train again" in notice().text
    assert "Größe" in notice().text


def test_notices__arrive_in_order_and_a_repeated_one_with_the_same_id(channel):
    for each in (notice(), notice(Severity.NONE), notice()):
        channel.notifier.notify(each)
    ids = [identity for identity, _ in channel.arrived()]
    assert ids[0] == ids[2] != ids[1]
