"""Retention and erasure in the logs of a real PostgreSQL, as the role that has the privileges."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, insert

from adapters.sql import ActionLog, OutcomeLog, PredictionLog, PredictionReader, PredictionRetention
from adapters.sql.erasures import digest_of
from adapters.sql.insert import insert_all
from adapters.sql.serving_tables import erasures
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionFilter
from delay_core.use_cases.erase_shipment import EraseShipment, ErasureReport
from delay_core.use_cases.retention import ApplyRetention, RetentionReport
from infra.local.waiting import wait_until
from support import postgres_server
from support.builders import action, keyed_request, logged_prediction, logged_predictions, outcome
from support.prediction_pages import read_ids

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def predictions() -> list[LoggedPrediction]:
    """One prediction per week of a year, an action on each an hour later, and its outcome three days later."""
    postgres_server.emptied(
        "serving", "serving_logs", "serving_daily", "outcomes", "actions", "idempotency_keys", "erasures"
    )
    service = postgres_server.as_role("serving", "serving")
    rows = [logged_prediction(k % 10, predicted_at=NOW - timedelta(weeks=k)) for k in range(52)]
    PredictionLog(service).append(rows)
    known = [row.predicted_at + timedelta(days=3) for row in rows]
    OutcomeLog(service).append([outcome(k % 10, known_at=time, recorded_at=time) for k, time in enumerate(known)])
    ActionLog(service).append([action(k % 10, at=row.predicted_at + timedelta(hours=1)) for k, row in enumerate(rows)])
    return rows


@pytest.fixture
def operator_ports():
    operator = postgres_server.as_role("serving", "operator")
    return PredictionRetention(operator), OutcomeLog(operator), ActionLog(operator)


@pytest.fixture
def reader():
    return PredictionReader(postgres_server.as_role("serving", "operator"))


def test_retention__deletes_what_is_older_than_the_policy_allows(predictions, operator_ports, reader):
    dropped = ApplyRetention(*operator_ports)(timedelta(weeks=20), NOW)

    assert dropped == RetentionReport(NOW - timedelta(weeks=20), predictions=31, outcomes=31, actions=31)
    assert ApplyRetention(*operator_ports)(timedelta(weeks=20), NOW) == RetentionReport(
        NOW - timedelta(weeks=20), 0, 0, 0
    )
    assert list(reader.read_page(PredictionFilter(), 100).predictions) == predictions[:21]
    assert sum(day.rows for day in reader.count_by_day(date(2025, 1, 1), date(2027, 1, 1))) == 21


@pytest.mark.usefixtures("predictions")
def test_retention__drops_whole_months_as_partitions(operator_ports):
    ApplyRetention(*operator_ports)(timedelta(days=90), NOW)

    months = sorted(name.removeprefix("serving_logs_") for name in partitions() if name < "serving_logs_2026_12")

    assert months == ["2026_08", "2026_09", "2026_10", "2026_11"]


def test_erasure_and_retention__delete_keyed_answers(predictions, operator_ports):
    service = PredictionLog(postgres_server.as_role("serving", "serving"))
    requests = [
        keyed_request(
            number, 1, answered_at=row.predicted_at, predicted_at=row.predicted_at, shipment_id=row.shipment_id
        )
        for number, row in enumerate(predictions[:40])
    ]
    service.append_once(requests)

    EraseShipment(*operator_ports)("S-3")
    report = ApplyRetention(*operator_ports, key_lifetime=timedelta(weeks=20))(timedelta(weeks=30), NOW)

    assert report.answers == 17
    left = [number for number, request in enumerate(requests) if service.find_answer(request.answer.key)]
    assert left == [number for number in range(21) if number % 10 != 3]


def test_retention__creates_the_next_month_and_completes_an_interrupted_run(predictions, operator_ports):
    operator = postgres_server.as_role("serving", "operator")
    with operator.begin("be interrupted after a month was detached") as connection:
        connection.exec_driver_sql("SELECT detach_serving_month('serving_logs_2026_01')")

    dropped = ApplyRetention(*operator_ports)(timedelta(days=90), NOW)

    assert dropped.predictions == sum(row.predicted_at < dropped.moment for row in predictions)
    next_month = (datetime.now(UTC).replace(day=1) + timedelta(days=31)).strftime("serving_logs_%Y_%m")
    assert next_month in partitions()
    assert "serving_logs_2026_01" not in partitions()


@pytest.mark.usefixtures("predictions")
def test_old_rows__are_deleted_in_batches(operator_ports, monkeypatch):
    monkeypatch.setattr("adapters.sql.batched_deletes.BATCH_ROWS", 4)
    service = PredictionLog(postgres_server.as_role("serving", "serving"))
    service.append_once([keyed_request(k, 1, answered_at=NOW - timedelta(days=k)) for k in range(20)])
    statements = []
    listen = ("before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    event.listen(Engine, *listen)
    try:
        report = ApplyRetention(*operator_ports)(timedelta(weeks=20), NOW)
    finally:
        event.remove(Engine, *listen)

    assert (report.answers, report.outcomes) == (16, 31)
    deletes = [statement.split()[2] for statement in statements if statement.startswith("DELETE FROM")]
    assert (deletes.count("idempotency_keys"), deletes.count("outcomes")) == (4 + 1 + 1, 8)


def test_owner__detaches_months_while_others_read(predictions):
    owner = postgres_server.owners("serving")
    with postgres_server.as_role("serving", "serving").connect("read") as reading, ThreadPoolExecutor(1) as thread:
        reading.exec_driver_sql("SELECT count(*) FROM serving_logs")  # its transaction goes on
        dropping = thread.submit(PredictionRetention(owner).drop_before, NOW - timedelta(days=300))
        wait_until(lambda: "serving_logs_2025_12" in partitions(pending=True), 10)
        PredictionLog(postgres_server.as_role("serving", "serving")).append([logged_prediction(1, predicted_at=NOW)])
        reading.rollback()
        assert dropping.result(10) == sum(row.predicted_at < NOW - timedelta(days=300) for row in predictions)


def partitions(*, pending: bool = False) -> set[str]:
    """The tables of months; with `pending`, those of which the detachment waits for readers."""
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'serving_partitions'::regnamespace AND relkind = 'r'"
    pending_only = " AND oid IN (SELECT inhrelid FROM pg_inherits WHERE inhdetachpending)"
    with postgres_server.owners("serving").connect("list partitions") as connection:
        return set(connection.exec_driver_sql(query + pending_only * pending).scalars())


@pytest.mark.parametrize("keep", [timedelta(0), timedelta(days=-1)])
def test_retention__refuses_a_policy_that_would_delete_everything(operator_ports, keep):
    with pytest.raises(ValueError, match="would delete everything"):
        ApplyRetention(*operator_ports)(keep, NOW)


@pytest.mark.usefixtures("predictions")
def test_erase_shipment__deletes_from_all_logs(operator_ports, reader):
    erase = EraseShipment(*operator_ports)

    assert erase("S-3") == ErasureReport(predictions=5, outcomes=5, actions=5)
    assert erase("S-3") == ErasureReport(0, 0, 0)

    _, outcomes, actions = operator_ports
    assert reader.read_page(PredictionFilter(shipment_id="S-3")).predictions == ()
    assert (outcomes.history("S-3"), actions.history("S-3")) == ([], [])
    assert len(reader.read_page(PredictionFilter(), 100).predictions) == 47


@pytest.mark.usefixtures("predictions")
def test_erasure__waits_for_a_writer_that_has_not_committed_yet(operator_ports, reader):
    service = postgres_server.as_role("serving", "serving")
    late = logged_prediction(99)

    with ThreadPoolExecutor(1) as thread:
        with service.begin("write slowly") as connection:
            insert_all(connection, [late], slot=0)
            erasure = thread.submit(operator_ports[0].erase, "S-99")
            wait_until(lambda: waiting_for_a_lock() == 1, 10)
        assert erasure.result(10) == 1

    assert reader.get(late.prediction_id) is None
    PredictionLog(service).append([late])
    assert reader.get(late.prediction_id) is None


@pytest.mark.usefixtures("predictions")
@pytest.mark.parametrize("size", [1, 200])
def test_writer__sees_an_erasure_that_it_has_waited_for(reader, size):
    log = PredictionLog(postgres_server.as_role("serving", "serving"))
    log.append(logged_predictions(98, size))  # from now on, the statements are prepared
    late = logged_predictions(99, size)

    with ThreadPoolExecutor(1) as thread:
        with postgres_server.as_role("serving", "operator").begin("erase slowly") as connection:
            connection.exec_driver_sql("LOCK TABLE ONLY serving_logs IN SHARE MODE")
            connection.execute(insert(erasures).values(shipment_digest=digest_of("S-99"), erased_at=datetime.now(UTC)))
            append = thread.submit(log.append, late)
            wait_until(lambda: waiting_for_a_lock() == 1, 10)
        append.result(10)

    assert reader.read_page(PredictionFilter(shipment_id="S-99")).predictions == ()
    assert len(read_ids(reader)) == 52 + size


def waiting_for_a_lock() -> int:
    with postgres_server.owners("serving").connect("look at locks") as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'serving_logs'::regclass"
        return connection.exec_driver_sql(query).scalar()
