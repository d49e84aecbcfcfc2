"""Notices: one for each change, none lost, none twice."""

from datetime import timedelta

import pytest

from delay_core.errors import NotificationError
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.use_cases.send_notices import SendNotices
from fakes.monitoring_store import MonitoringStore
from fakes.notifier import Notifier
from support.monitoring_results import MONDAY, window_result

DAY = timedelta(days=1)


@pytest.fixture
def store():
    """A page on Monday, and its end on Wednesday."""
    store = MonitoringStore()
    for day, (severity, changed) in enumerate(
        [(Severity.RETRAIN, True), (Severity.RETRAIN, False), (Severity.NONE, True)]
    ):
        store.record(window_result(MONDAY + day * DAY, severity=severity, changed=changed))
    return store


def test_each_change__is_sent_once_and_in_order(store):
    notifier = Notifier()
    send = SendNotices(store, notifier, lambda: MONDAY)
    assert (send("late"), send("late")) == (2, 0)
    assert [notice.decision.severity for notice in notifier.notices] == [Severity.RETRAIN, Severity.NONE]


def test_notices_that_are_not_accepted__stay_pending(store):
    notifier = Notifier()
    send = SendNotices(store, notifier, lambda: MONDAY)
    notifier.failure = "no connection"
    with pytest.raises(NotificationError, match=r"no connection \(pending notices: 2\)"):
        send("late")
    notifier.failure = None
    assert send("late") == 2
    assert len(notifier.notices) == 2
