"""Every ReliabilityReader: the counts of a plain computation, whatever the technology."""

from contextlib import closing
from datetime import timedelta

import pytest

from delay_core.ports.action_log import ActionKind
from delay_core.ports.reliability_reader import BandCounts, WindowCounts
from fakes.action_log import ActionLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.reliability_reader import ReliabilityReader
from support.builders import NOON, action, logged_prediction, outcome
from support.lazy_module import LazyModule

sql, postgres_server = LazyModule("adapters.sql"), LazyModule("support.postgres_server")
SINCE = NOON.replace(hour=0)
UNTIL = SINCE + timedelta(days=7)
PROBABILITIES = (0.0, 0.05, 0.1, 0.1, 0.55, 0.55, 0.9, 1.0)
TABLES = ("serving_logs", "serving_daily", "outcomes", "actions", "erasures")


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL"])
def logs(request, tmp_path):
    """Predictions, outcomes, actions, and the reader of their counts."""
    if request.param == "fake":
        predictions, actions = PredictionLog(), ActionLog()
        outcomes = OutcomeLog(PredictionReader(predictions))
        yield predictions, outcomes, actions, ReliabilityReader(PredictionReader(predictions), outcomes, actions)
    elif request.param == "SQLite":
        with closing(sql.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            yield _logs_in(database)
    else:
        postgres_server.emptied("serving", *TABLES)
        yield _logs_in(postgres_server.as_role("serving", "serving"))


def _logs_in(database):
    return (
        sql.PredictionLog(database),
        sql.OutcomeLog(database),
        sql.ActionLog(database),
        sql.ReliabilityReader(database),
    )


def test_counts__are_those_of_current_outcomes_by_band(logs):
    predictions, outcomes, actions, reader = logs
    predictions.append([logged_prediction(n, probability=p) for n, p in enumerate(PROBABILITIES)])
    predictions.append(
        [
            logged_prediction(0, probability=0.05, model_name="another"),
            logged_prediction(0, probability=0.05, predicted_at=UNTIL),
            logged_prediction(90, probability=None, late=None, error="no answer"),
        ]
    )
    later = NOON + timedelta(hours=1)
    outcomes.append([outcome(n, late=n % 2 == 0) for n in range(7)])
    outcomes.append([outcome(4, late=False, recorded_at=later)])  # a correction
    actions.append([action(3, kind=ActionKind.ACTED), action(2, kind=ActionKind.DISMISSED)])

    counts = reader.count("late", SINCE, UNTIL, 100)

    assert counts == WindowCounts(
        rows=9,
        sampled_rows=8,
        acted_on=1,
        bands=(
            BandCounts(0, 2, 1, 0.05),
            BandCounts(1, 1, 1, 0.1),
            BandCounts(5, 2, 0, 1.1),
            BandCounts(9, 1, 1, 0.9),
        ),
    )


def test_large_window__is_measured_on_the_sample_that_ids_choose(logs):
    predictions, outcomes, actions, reader = logs
    rows = [logged_prediction(n, probability=n / 300) for n in range(300)]
    predictions.append(rows)
    outcomes.append([outcome(n, late=n % 3 == 0) for n in range(300)])
    memory = PredictionLog()
    memory.append(rows)
    plain = ReliabilityReader(PredictionReader(memory), outcomes, actions)

    counts, expected = (one.count("late", SINCE, UNTIL, 100) for one in (reader, plain))

    assert (counts.rows, counts.sampled_rows, counts.acted_on) == (300, expected.sampled_rows, 0)
    assert 0 < counts.sampled_rows <= 100
    assert [(b.band, b.known, b.late) for b in counts.bands] == [(b.band, b.known, b.late) for b in expected.bands]
    assert [b.probability_sum for b in counts.bands] == pytest.approx([b.probability_sum for b in expected.bands])


def test_window_without_predictions__has_no_bands(logs):
    assert logs[-1].count("late", SINCE, UNTIL, 10) == WindowCounts(0, 0, 0, ())
