"""When the outcomes of a window can be known."""

from datetime import UTC, datetime, timedelta

import pytest

from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.monitoring.time_window import TimeWindow
from delay_core.use_cases.outcome_maturity import OutcomeMaturity, ReadOutcomeMaturity
from support.monitored_model import DAY, FIRST_DAY, NAME, MonitoredModel

WINDOW = TimeWindow(FIRST_DAY, FIRST_DAY + DAY)
LONG_AGO, LATER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def model():
    model = MonitoredModel()
    model.serve(0, rows=8)
    model.serve(1, rows=3)
    return model


def read(model, now=LONG_AGO, share=1.0, window=WINDOW, grace=timedelta(0)):
    return ReadOutcomeMaturity(model.reader, model.registry, MonitoringPolicy(), grace, None)(NAME, window, now, share)


def test_predictions_of_the_window__are_due_from_their_deadlines_on(model):
    last = read(model).due_at
    assert read(model) == OutcomeMaturity(8, 0, last)
    assert read(model, last).due == 8
    assert read(model, last - timedelta(microseconds=1)).due < 8
    assert read(model, LATER).due == 8


def test_grace__is_added_to_each_deadline(model):
    assert read(model, grace=timedelta(hours=5)).due_at == read(model).due_at + timedelta(hours=5)


def test_share__of_the_predictions_is_enough(model):
    moments = [read(model, share=share).due_at for share in (0.01, 0.25, 0.5, 1.0)]
    assert moments == sorted(moments)
    for share, moment in zip((0.25, 0.5), moments[1:3], strict=True):
        assert read(model, moment).due >= 8 * share
        assert read(model, moment - timedelta(microseconds=1)).due < 8 * share


def test_window_without_predictions__is_not_waited_for(model):
    empty = TimeWindow(FIRST_DAY - DAY, FIRST_DAY)
    assert read(model, window=empty) == OutcomeMaturity(0, 0, None)
