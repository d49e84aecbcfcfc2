"""Every OutcomeLog: the latest record holds, history is kept, each prediction is joined to what became of it."""

from contextlib import closing
from datetime import timedelta
from types import SimpleNamespace

import pytest

from delay_core.ports.outcome_log import Outcome, PredictionWithOutcome
from delay_core.ports.prediction_log import LoggedPrediction
from fakes.outcome_log import OutcomeLog as InMemory
from fakes.prediction_log import PredictionLog as PredictionsInMemory
from support import builders
from support.lazy_module import LazyModule

journal, postgres = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")

NOON = builders.NOON
YEAR = (NOON - timedelta(days=180), NOON + timedelta(days=180))


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "behind a journal", "out of a journal"])
def logs(request, tmp_path):
    """Outcomes and predictions as the service has them, outcomes as operator and monitoring have them."""
    if request.param == "fake":
        predictions = PredictionsInMemory()
        log = InMemory(predictions)
        yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=predictions)
    elif request.param == "SQLite":
        with closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            log = postgres.OutcomeLog(database)
            yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=postgres.PredictionLog(database))
    elif request.param != "PostgreSQL":
        with (
            closing(postgres.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database,
            closing(journal.Journal(tmp_path / "journal.db", deadline=30)) as buffer,
        ):
            stored = postgres.OutcomeLog(database)
            straight = request.param == "behind a journal"
            log = (
                journal.OutcomeLog(buffer, stored)
                if straight
                else drained_log.Drained(buffer, journal.OutcomeLog, stored)
            )
            yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=postgres.PredictionLog(database))
    else:
        postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes")
        serving, operator, monitoring = (
            postgres_server.as_role("serving", role) for role in ("serving", "operator", "monitoring")
        )
        yield SimpleNamespace(
            log=postgres.OutcomeLog(serving),
            operators=postgres.OutcomeLog(operator),
            monitors=postgres.OutcomeLog(monitoring),
            predictions=postgres.PredictionLog(serving),
        )


def outcome(shipment_id="S-1", late=True, recorded=NOON, **fields) -> Outcome:
    return builders.outcome(shipment_id=shipment_id, late=late, recorded_at=recorded, **fields)


def prediction(shipment_id, at=NOON, **fields) -> LoggedPrediction:
    return builders.logged_prediction(predicted_at=at, shipment_id=shipment_id, **fields)


def joined(log, since=YEAR[0], until=YEAR[1], model_name=None):
    batches = list(log.joined(since, until, model_name))
    assert all(batches)
    return [one for batch in batches for one in batch]


def test_an_outcome_is_read_back_as_it_was_told(logs):
    told = outcome("naïve 'S' \\ 1", late=False, known_at=NOON - timedelta(microseconds=1), source="")

    logs.log.append([told])

    assert logs.log.history("naïve 'S' \\ 1") == [told]
    assert logs.log.history("S") == []


def test_telling_an_outcome_again_adds_nothing(logs):
    told = [outcome(f"S-{k}") for k in range(3)]

    logs.log.append(told)
    logs.log.append([*told, told[0]])
    logs.log.append([])

    assert [logs.log.history(one.shipment_id) for one in told] == [[one] for one in told]


def test_the_latest_record_holds_in_whatever_order_they_come_and_history_is_kept(logs):
    records = [
        outcome(late=True, recorded=NOON),
        outcome(late=False, recorded=NOON + timedelta(hours=1), known_at=NOON - timedelta(days=9)),
        outcome(late=False, recorded=NOON + timedelta(hours=2), known_at=NOON - timedelta(days=9)),
        outcome(late=False, recorded=NOON + timedelta(hours=2), known_at=NOON - timedelta(days=8)),
        outcome(late=True, recorded=NOON + timedelta(hours=2), known_at=NOON - timedelta(days=8)),
    ]
    logs.predictions.append([prediction("S-1")])

    for k in (3, 0, 4, 1, 2):
        logs.log.append([records[k]])

    assert logs.log.history("S-1") == records
    assert [(one.was_late, one.known_at) for one in joined(logs.log)] == [(True, NOON - timedelta(days=8))]


def test_each_prediction_is_joined_to_the_outcome_of_its_shipment(logs):
    told = [
        prediction("S-1", NOON, probability=0.25, late=False),
        prediction("S-1", NOON + timedelta(days=40), probability=0.75, late=True, model_version=2),
        prediction("S-2", NOON + timedelta(days=41), error="no"),
        prediction("S-3", NOON + timedelta(days=42), probability=0.5),
        prediction(None, NOON + timedelta(days=43), probability=0.5),
    ]
    logs.predictions.append(told)
    logs.log.append([outcome("S-1", late=True), outcome("S-2", late=False), outcome("S-9")])

    assert joined(logs.monitors) == [
        PredictionWithOutcome(
            prediction_id=one.prediction_id,
            shipment_id=one.shipment_id,
            predicted_at=one.predicted_at,
            model_name=one.model_name,
            model_version=one.model_version,
            probability=one.probability,
            decided_late=one.late,
            was_late=was_late,
            known_at=NOON - timedelta(days=1),
        )
        for one, was_late in zip(told, (True, True, False), strict=False)
    ]


def test_a_join_holds_its_start_and_not_its_end_and_one_model_where_one_is_named(logs):
    told = [
        prediction(f"S-{k}", NOON + timedelta(days=k), model_name=("late", "later")[k % 2], probability=0.5)
        for k in range(8)
    ]
    logs.predictions.append(told[::-1])
    logs.log.append([outcome(f"S-{k}") for k in range(8)])

    def shipments(*window):
        return [one.shipment_id for one in joined(logs.log, *window)]

    assert shipments(told[2].predicted_at, told[5].predicted_at) == ["S-2", "S-3", "S-4"]
    assert shipments(NOON, YEAR[1], "later") == ["S-1", "S-3", "S-5", "S-7"]
    assert shipments(NOON, NOON) == []


def test_a_long_join_comes_in_batches_and_skips_what_has_no_outcome(logs):
    told = [prediction(f"S-{k}", NOON + timedelta(seconds=k // 5), probability=0.5) for k in range(4500)]
    logs.predictions.append(told)
    logs.log.append([outcome(f"S-{k}") for k in range(0, 4500, 3) if not 1000 <= k < 3700])

    batches = list(logs.log.joined(*YEAR))

    assert len(batches) > 1
    assert sorted(int(one.shipment_id[2:]) for batch in batches for one in batch) == [
        k for k in range(0, 4500, 3) if not 1000 <= k < 3700
    ]


def test_an_erased_shipment_has_no_outcome_any_more(logs):
    logs.predictions.append([prediction("S-1"), prediction("S-2")])
    logs.log.append([outcome("S-1"), outcome("S-1", late=False, recorded=NOON + timedelta(hours=1)), outcome("S-2")])

    assert logs.operators.erase("S-1") == 2
    assert logs.operators.erase("S-1") == 0

    assert logs.log.history("S-1") == []
    assert [one.shipment_id for one in joined(logs.log)] == ["S-2"]


def test_what_was_told_before_the_moment_is_dropped(logs):
    logs.log.append([outcome(recorded=NOON + timedelta(hours=k)) for k in range(-3, 3)])

    assert logs.operators.drop_before(NOON) == 3

    assert [one.recorded_at.hour for one in logs.log.history("S-1")] == [12, 13, 14]


def test_what_a_database_cannot_keep_does_not_stop_the_batch(logs):
    logs.predictions.append([prediction("a\0b\ud800")])

    logs.log.append([outcome(), outcome("a\0b\ud800", source="\0")])

    assert [(one.shipment_id, one.source) for one in logs.log.history("a\0b\ud800")] == [("a\ufffdb\ufffd", "\ufffd")]
    assert [one.shipment_id for one in joined(logs.log)] == ["a\ufffdb\ufffd"]


def test_times_that_are_not_utc_are_refused():
    with pytest.raises(ValueError, match="UTC"):
        outcome(recorded=NOON.replace(tzinfo=None))
