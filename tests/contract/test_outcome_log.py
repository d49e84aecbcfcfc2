"""Every OutcomeLog: the latest record counts, the history is kept, predictions are joined to their outcomes."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.ports.outcome_log import Outcome, PredictionWithOutcome
from delay_core.ports.prediction_log import LoggedPrediction
from fakes.outcome_log import OutcomeLog as FakeLog
from fakes.prediction_log import PredictionLog as FakePredictions
from fakes.prediction_reader import PredictionReader as FakeReader
from support import builders
from support.lazy_module import LazyModule

outbox, sql = LazyModule("adapters.outbox"), LazyModule("adapters.sql")
drained_log, postgres_server = LazyModule("support.drained_log"), LazyModule("support.postgres_server")

NOON = builders.NOON
YEAR = (NOON - timedelta(days=180), NOON + timedelta(days=180))


@pytest.fixture(params=["fake", "SQLite", "PostgreSQL", "through an outbox", "out of an outbox"])
def logs(request, tmp_path):
    """Outcomes and predictions of the service, outcomes of operator and of monitoring."""
    if request.param == "fake":
        predictions = FakePredictions()
        log = FakeLog(FakeReader(predictions))
        yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=predictions)
    elif request.param == "PostgreSQL":
        postgres_server.emptied("serving", "serving_logs", "serving_daily", "outcomes", "erasures")
        serving, operator, monitoring = (
            postgres_server.as_role("serving", role) for role in ("serving", "operator", "monitoring")
        )
        yield SimpleNamespace(
            log=sql.OutcomeLog(serving),
            operators=sql.OutcomeLog(operator),
            monitors=sql.OutcomeLog(monitoring),
            predictions=sql.PredictionLog(serving),
        )
    else:
        with closing(sql.Database(f"sqlite:///{tmp_path}/serving.db", "serving")) as database:
            log, predictions = sql.OutcomeLog(database), sql.PredictionLog(database)
            if request.param == "SQLite":
                yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=predictions)
                return
            with closing(outbox.Outbox(tmp_path / "outbox.db", deadline=30)) as box:
                if request.param == "through an outbox":
                    log = outbox.OutboxOutcomeLog(box, log)
                else:
                    log = drained_log.DrainedLog(box, outbox.OutboxOutcomeLog, log)
                yield SimpleNamespace(log=log, operators=log, monitors=log, predictions=predictions)


def outcome(shipment_id="S-1", late=True, recorded=NOON, **fields) -> Outcome:
    return builders.outcome(shipment_id=shipment_id, late=late, recorded_at=recorded, **fields)


def prediction(shipment_id, predicted_at=NOON, **fields) -> LoggedPrediction:
    return builders.logged_prediction(predicted_at=predicted_at, shipment_id=shipment_id, **fields)


def join(log, since=YEAR[0], until=YEAR[1], model_name=None):
    batches = list(log.join_predictions(since, until, model_name))
    assert all(batches)
    return [row for batch in batches for row in batch]


def test_append__stores_every_field_exactly(logs):
    record = outcome("naïve 'S' \\ 1", late=False, known_at=NOON - timedelta(microseconds=1), source="")

    logs.log.append([record])

    assert logs.log.history("naïve 'S' \\ 1") == [record]
    assert logs.log.history("S") == []


def test_append__a_repeated_outcome_adds_nothing(logs):
    records = [outcome(f"S-{k}") for k in range(3)]

    logs.log.append(records)
    logs.log.append([*records, records[0]])
    logs.log.append([])

    assert [logs.log.history(row.shipment_id) for row in records] == [[row] for row in records]


def test_history__the_latest_record_counts_in_any_order_of_arrival(logs):
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
    assert [(row.was_late, row.known_at) for row in join(logs.log)] == [(True, NOON - timedelta(days=8))]


def test_histories__are_those_of_many_shipments_up_to_a_moment(logs):
    hours = [NOON + timedelta(hours=k) for k in range(3)]
    first, second, third = (outcome("S-1", late=k != 1, recorded=hour) for k, hour in enumerate(hours))
    many = [outcome(f"T-{k}") for k in range(1001)]
    logs.log.append([third, first, second, outcome("S-2", recorded=hours[2]), *many])

    histories = logs.monitors.histories({"S-1", "S-2", "S-9", *(row.shipment_id for row in many)}, hours[1])

    assert dict(histories) == {"S-1": [first, second], **{row.shipment_id: [row] for row in many}}
    assert dict(logs.monitors.histories([], hours[1])) == {}


def test_join_predictions__pairs_each_prediction_with_the_outcome_of_its_shipment(logs):
    predictions = [
        prediction("S-1", NOON, probability=0.25, late=False),
        prediction("S-1", NOON + timedelta(days=40), probability=0.75, late=True, model_version=2),
        prediction("S-2", NOON + timedelta(days=41), error="no"),
        prediction("S-3", NOON + timedelta(days=42), probability=0.5),
        prediction(None, NOON + timedelta(days=43), probability=0.5),
    ]
    logs.predictions.append(predictions)
    logs.log.append([outcome("S-1", late=True), outcome("S-2", late=False), outcome("S-9")])

    assert join(logs.monitors) == [
        PredictionWithOutcome(
            prediction_id=row.prediction_id,
            shipment_id=row.shipment_id,
            predicted_at=row.predicted_at,
            model_name=row.model_name,
            model_version=row.model_version,
            probability=row.probability,
            decided_late=row.late,
            was_late=was_late,
            known_at=NOON - timedelta(days=1),
        )
        for row, was_late in zip(predictions, (True, True, False), strict=False)
    ]


def test_join_predictions__includes_its_start_excludes_its_end_and_filters_by_model(logs):
    predictions = [
        prediction(f"S-{k}", NOON + timedelta(days=k), model_name=("late", "later")[k % 2], probability=0.5)
        for k in range(8)
    ]
    logs.predictions.append(predictions[::-1])
    logs.log.append([outcome(f"S-{k}") for k in range(8)])

    def shipments(*window):
        return [row.shipment_id for row in join(logs.log, *window)]

    assert shipments(predictions[2].predicted_at, predictions[5].predicted_at) == ["S-2", "S-3", "S-4"]
    assert shipments(NOON, YEAR[1], "later") == ["S-1", "S-3", "S-5", "S-7"]
    assert shipments(NOON, NOON) == []


def test_join_predictions__comes_in_batches_and_skips_predictions_without_outcome(logs):
    predictions = [prediction(f"S-{k}", NOON + timedelta(seconds=k // 5), probability=0.5) for k in range(4500)]
    logs.predictions.append(predictions)
    logs.log.append([outcome(f"S-{k}") for k in range(0, 4500, 3) if not 1000 <= k < 3700])

    batches = list(logs.log.join_predictions(*YEAR))

    assert len(batches) > 1
    assert sorted(int(row.shipment_id[2:]) for batch in batches for row in batch) == [
        k for k in range(0, 4500, 3) if not 1000 <= k < 3700
    ]


def test_erase__deletes_the_outcomes_of_a_shipment(logs):
    logs.predictions.append([prediction("S-1"), prediction("S-2")])
    logs.log.append([outcome("S-1"), outcome("S-1", late=False, recorded=NOON + timedelta(hours=1)), outcome("S-2")])

    assert logs.operators.erase("S-1") == 2
    assert logs.operators.erase("S-1") == 0

    assert logs.log.history("S-1") == []
    assert [row.shipment_id for row in join(logs.log)] == ["S-2"]


def test_erase__is_final_for_what_was_recorded_before_it(logs):
    logs.operators.erase("S-1")
    later = outcome("S-1", recorded=datetime.now(UTC) + timedelta(hours=1))

    logs.log.append([outcome("S-1"), outcome("S-2"), later])

    assert logs.log.history("S-1") == [later]
    assert logs.log.history("S-2") == [outcome("S-2")]


def test_drop_before__deletes_older_records(logs):
    logs.log.append([outcome(recorded=NOON + timedelta(hours=k)) for k in range(-3, 3)])

    assert logs.operators.drop_before(NOON) == 3

    assert [row.recorded_at.hour for row in logs.log.history("S-1")] == [12, 13, 14]


def test_append__replaces_characters_that_databases_refuse(logs):
    logs.predictions.append([prediction("a\0b\ud800")])

    logs.log.append([outcome(), outcome("a\0b\ud800", source="\0")])

    assert [(row.shipment_id, row.source) for row in logs.log.history("a\0b\ud800")] == [("a\ufffdb\ufffd", "\ufffd")]
    assert [row.shipment_id for row in join(logs.log)] == ["a\ufffdb\ufffd"]


def test_outcome__refuses_times_that_are_not_utc():
    with pytest.raises(ValueError, match="UTC"):
        outcome(recorded=NOON.replace(tzinfo=None))
