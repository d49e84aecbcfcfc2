"""The webhook: signed, tried again where that may help, to no other URL than that of the settings."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from adapters.webhook import Notifier, WebhookSettings
from adapters.webhook.notifier import RETRY_SECONDS
from delay_core.errors import NotificationError
from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.monitoring_decision import MonitoringDecision, Severity
from delay_core.monitoring.notice import Notice
from delay_core.monitoring.time_window import TimeWindow
from support.notice_receiver import NoticeReceiver

KEY = "s3cret"
WINDOW = TimeWindow(datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC))
REASONS = (DecisionReason(ReasonCode.STABLE),)
NOTICE = Notice(MonitoringDecision("late", 3, WINDOW, Severity.NONE, REASONS, 0.5, 400, None, changed=True))


@pytest.fixture
def pauses():
    return []


def send(receiver, pauses, key=None):
    Notifier(WebhookSettings(receiver.url, key), pauses.append).notify(NOTICE)


def test_notice__is_json_with_its_id_as_idempotency_key(pauses):
    with NoticeReceiver() as receiver:
        send(receiver, pauses)
    [headers] = receiver.headers
    assert receiver.notices == [NOTICE.to_json()]
    assert headers["Idempotency-Key"] == NOTICE.id
    assert headers["Content-Type"] == "application/json"
    assert "X-Delay-Signature" not in headers
    assert not pauses


def test_notice__is_signed_by_the_secret(pauses):
    with NoticeReceiver() as receiver:
        send(receiver, pauses, KEY)
    expected = hmac.new(KEY.encode(), receiver.bodies[0], hashlib.sha256).hexdigest()
    assert receiver.headers[0]["X-Delay-Signature"] == f"sha256={expected}"


def test_overload_and_lost_responses__are_tried_again_with_the_same_body(pauses):
    with NoticeReceiver(statuses=(503, 0)) as receiver:
        send(receiver, pauses, KEY)
    assert len(receiver.bodies) == 3
    assert len(set(receiver.bodies)) == 1
    assert len({headers["X-Delay-Signature"] for headers in receiver.headers}) == 1
    assert pauses == list(RETRY_SECONDS)


def test_receiver_that_stays_overloaded__is_an_error_after_three_attempts(pauses):
    with NoticeReceiver(statuses=(429,) * 9) as receiver, pytest.raises(NotificationError, match="status 429") as error:
        send(receiver, pauses)
    assert len(receiver.bodies) == 3
    assert "4711" not in str(error.value)
    assert "when monitoring runs the next time" in str(error.value)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_refusal__is_not_tried_again(pauses, status):
    with NoticeReceiver(statuses=(status,)) as receiver, pytest.raises(NotificationError, match=f"status {status}"):
        send(receiver, pauses)
    assert len(receiver.bodies) == 1
    assert not pauses


def test_redirect__is_not_followed(pauses):
    with NoticeReceiver() as other:
        with (
            NoticeReceiver(statuses=(307,), headers={"Location": other.url}) as receiver,
            pytest.raises(NotificationError, match="status 307"),
        ):
            send(receiver, pauses, KEY)
        assert not other.bodies


def test_absent_receiver__is_an_error(pauses):
    with NoticeReceiver() as receiver:
        pass
    with pytest.raises(NotificationError, match="refused"):
        send(receiver, pauses)
    assert pauses == list(RETRY_SECONDS)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://hooks.example.com/x", "https"),
        ("ftp://127.0.0.1/x", "https"),
        ("hooks.example.com", "https"),
        ("https://user:pass@hooks.example.com/x", "user name"),
    ],
)
def test_unsafe_url__is_refused_without_being_repeated(url, message):
    with pytest.raises(ValueError, match=message) as error:
        WebhookSettings(url)
    assert url not in str(error.value)


def test_settings__are_not_text():
    text = repr(WebhookSettings("https://hooks.example.com/4711", KEY))
    assert "4711" not in text
    assert KEY not in text


def test_notice__is_valid_json_with_reasons_as_data_and_as_sentences():
    content = json.loads(json.dumps(NOTICE.to_json(), allow_nan=False))
    assert content["reasons"] == [{"code": "stable", "params": {}, "message": str(REASONS[0])}]
    assert content["severity"] == "none"
    assert content["window_start"] == "2026-03-30T00:00:00+00:00"
    assert content["change_start"] is None
