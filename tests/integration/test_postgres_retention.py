"""Retention and erasing, on both logs of a real PostgreSQL, as the role that may."""

from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.sql import OutcomeLog, PredictionLog
from delay_core.ports.prediction_log import LoggedPrediction, PredictionFilter
from delay_core.use_cases.erase_shipment import EraseShipment, ErasureReport
from delay_core.use_cases.retention import ApplyRetention, RetentionReport
from support import postgres_server
from support.builders import keyed_request, logged_prediction, outcome

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def told() -> list[LoggedPrediction]:
    """A prediction a week for a year, and the outcome of each three days later."""
    postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "idempotency_keys")
    service = postgres_server.as_role("serving", "serving")
    predictions = [logged_prediction(k % 10, predicted_at=NOW - timedelta(weeks=k)) for k in range(52)]
    PredictionLog(service).append(predictions)
    known = [one.predicted_at + timedelta(days=3) for one in predictions]
    OutcomeLog(service).append([outcome(k % 10, known_at=at, recorded_at=at) for k, at in enumerate(known)])
    return predictions


@pytest.fixture
def logs():
    operator = postgres_server.as_role("serving", "operator")
    return PredictionLog(operator), OutcomeLog(operator)


def test_what_is_older_than_the_policy_allows_is_deleted_and_the_rest_stays(told, logs):
    predictions, _ = logs
    dropped = ApplyRetention(*logs)(timedelta(weeks=20), NOW)

    assert dropped == RetentionReport(NOW - timedelta(weeks=20), predictions=31, outcomes=31)
    assert ApplyRetention(*logs)(timedelta(weeks=20), NOW) == RetentionReport(NOW - timedelta(weeks=20), 0, 0)
    assert list(predictions.page(PredictionFilter(), 100).predictions) == told[:21]
    assert sum(day.rows for day in predictions.daily(date(2025, 1, 1), date(2027, 1, 1))) == 21


@pytest.mark.usefixtures("told")
def test_months_that_are_over_are_dropped_as_tables(logs):
    ApplyRetention(*logs)(timedelta(days=90), NOW)

    with postgres_server.owners("serving").reading("look") as connection:
        tables = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'serving_partitions'::regnamespace"
        ).scalars()
        months = sorted(name.removeprefix("serving_logs_") for name in tables if name < "serving_logs_2026_12")

    assert months == ["2026_08", "2026_09", "2026_10", "2026_11"]


def test_erasing_and_retention_reach_the_answers_under_keys(told, logs):
    service = PredictionLog(postgres_server.as_role("serving", "serving"))
    requests = [
        keyed_request(
            number, 1, answered_at=one.predicted_at, predicted_at=one.predicted_at, shipment_id=one.shipment_id
        )
        for number, one in enumerate(told[:40])
    ]
    service.append_once(requests)

    EraseShipment(*logs)("S-3")
    ApplyRetention(*logs)(timedelta(weeks=20), NOW)

    left = [number for number, one in enumerate(requests) if service.answer_to(one.answer.key)]
    assert left == [number for number in range(21) if number % 10 != 3]


@pytest.mark.parametrize("keep", [timedelta(0), timedelta(days=-1)])
def test_a_policy_that_would_delete_everything_is_refused(logs, keep):
    with pytest.raises(ValueError, match="would delete everything"):
        ApplyRetention(*logs)(keep, NOW)


@pytest.mark.usefixtures("told")
def test_an_erased_shipment_is_in_neither_log(logs):
    erase = EraseShipment(*logs)

    assert erase("S-3") == ErasureReport(predictions=5, outcomes=5)
    assert erase("S-3") == ErasureReport(0, 0)

    predictions, outcomes = logs
    assert predictions.page(PredictionFilter(shipment_id="S-3")).predictions == ()
    assert outcomes.history("S-3") == []
    assert len(predictions.page(PredictionFilter(), 100).predictions) == 47
