"""Recording outcomes: a request that is sent again adds nothing, a correction and its withdrawal do."""

from datetime import timedelta

import pytest

from delay_core.use_cases.record_outcome import OutcomeReport, RecordOutcome
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import NOON

LATE = OutcomeReport(late=True, known_at=NOON, shipment_id="S-1")
ON_TIME = OutcomeReport(late=False, known_at=NOON, shipment_id="S-1")


@pytest.fixture
def record():
    reader = PredictionReader(PredictionLog())
    return RecordOutcome(reader, OutcomeLog(reader))


def recorded(record, *requests, sources=()):
    """Whether the shipment was late by each of its records, after these requests, an hour apart."""
    for hour, reports in enumerate(requests):
        source = sources[hour] if sources else "depot"
        assert record(reports, source, NOON + timedelta(hours=hour), lambda _: True) == ["S-1"] * len(reports)
    return [outcome.late for outcome in record.outcomes.history("S-1")]


def test_repeated_report__adds_no_record(record):
    assert recorded(record, [LATE], [LATE], [LATE, LATE]) == [True]


def test_correction__and_its_withdrawal_are_records(record):
    assert recorded(record, [LATE], [ON_TIME], [LATE]) == [True, False, True]


def test_later_knowledge_and_another_source__are_records(record):
    later = OutcomeReport(late=True, known_at=NOON + timedelta(minutes=1), shipment_id="S-1")
    assert recorded(record, [LATE], [later], [later], sources=("depot", "depot", "carrier")) == [True] * 3
