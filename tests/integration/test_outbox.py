"""The journal, before a real PostgreSQL that goes away: every acknowledged row is there in the end, once."""

import signal
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from adapters.outbox import AuditLog, Journal, OutcomeLog, PredictionLog
from adapters.sql import AuditLog as StoredAudit
from adapters.sql import Database
from adapters.sql import OutcomeLog as StoredOutcomes
from adapters.sql import PredictionLog as Stored
from delay_core.errors import OutboxFull, StoreError
from delay_core.ports.prediction_log import PredictionFilter
from infra.local.outages import frozen
from infra.local.waiting import wait_until
from support import crashes, outbox_processes, postgres_server
from support.builders import NOON, audit_entry, keyed_request, logged_predictions, outcome


@pytest.fixture(scope="module")
def running():
    """A server of this module alone."""
    with postgres_server.started(fsync=False) as server:
        yield server


@pytest.fixture
def server(running):
    """That server, up and empty."""
    postgres_server.revive(running, "serving_logs", "serving_daily", "idempotency_keys", "outcomes", "audit_log")
    return running


@pytest.fixture
def database(server):
    with closing(Database(server.url("serving", "serving"), "serving")) as database:
        database.state()  # the first look takes longer than a log may
        Stored(database).page(PredictionFilter())
        yield database
        wait_until(lambda: database._engine.pool.checkedout() == 0, 30)  # calls that came too late end, too


@pytest.fixture
def journal(tmp_path):
    with closing(Journal(tmp_path / "journal" / "journal.db")) as journal:
        yield journal


@pytest.fixture
def log(journal, database):
    return PredictionLog(journal, Stored(database))


def drained(journal):
    wait_until(lambda: (state := journal.state()).pending == 0 and state.database_up, 30)


def ids(log) -> list:
    """Ids of everything in the log, oldest first; the daily counts must agree."""
    found = [
        one.prediction_id
        for many in log.window(NOON - timedelta(days=1), datetime.max.replace(tzinfo=UTC))
        for one in many
    ]
    assert sum(day.rows for day in log.daily(NOON.date() - timedelta(days=1), date.max)) == len(found)
    return found


def ids_of(*batches) -> list:
    return sorted(one.prediction_id for batch in batches for one in batch)


def test_while_the_database_is_up_nothing_is_in_the_journal(journal, log):
    log.append(told := logged_predictions(1))

    assert journal.state().pending == 0
    assert sorted(ids(log)) == ids_of(told)


def test_what_is_told_while_the_database_is_away_is_there_when_it_is_back(server, journal, log):
    journal.start()
    log.append(before := logged_predictions(1))
    server.stop()
    away = [logged_predictions(number) for number in range(2, 12)]
    for told in away:
        log.append(told)
    state = journal.state()
    found = log.get(away[3][7].prediction_id)
    server.restart()
    drained(journal)
    log.append(after := logged_predictions(99))

    assert (state.pending, state.database_up, state.oldest) == (200, False, away[0][0].predicted_at)
    assert "is the server up" in state.last_error
    assert server.passwords["serving"] not in state.last_error
    assert found == away[3][7]
    assert ids(log) == [one.prediction_id for some in (before, *away, after) for one in some]
    assert journal.state().last_error is None


def test_the_next_goes_straight_once_the_journal_is_empty(server, journal, log):
    journal.start()
    server.stop()
    log.append(logged_predictions(1))
    server.restart()
    drained(journal)
    journal.close()  # nobody drains any more

    log.append(logged_predictions(2))

    assert journal.state().pending == 0


def test_a_server_that_goes_and_comes_in_mid_run_loses_and_doubles_nothing(server, journal, log):
    journal.start()
    acknowledged = []
    some, done = threading.Semaphore(0), threading.Event()

    def write():
        number = 0
        while not done.is_set():
            told = logged_predictions(number, 8)
            log.append(told)
            acknowledged.append(told)
            number += 1
            some.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for immediate in (False, True, False):
            for _ in range(30):
                assert some.acquire(timeout=30)
            server.stop(immediate=immediate)
            for _ in range(30):  # answered while it is away
                assert some.acquire(timeout=30)
            server.restart()
            wait_until(lambda: journal.state().pending == 0, 30)
    finally:
        done.set()
        writer.join()
    drained(journal)

    assert sorted(ids(log)) == ids_of(*acknowledged)


class WatchedLog(Stored):
    """Keeps the batches that came to it."""

    def __init__(self, database):
        super().__init__(database)
        self.batches = []

    def append(self, batch):
        self.batches.append(batch)
        super().append(batch)


def test_a_server_that_hangs__is_waited_for_once_and_nothing_is_doubled(server, journal, database):
    stored = WatchedLog(database)
    log = PredictionLog(journal, stored)
    journal.start()
    log.append_once([first := keyed_request(1)])
    with frozen(server):
        log.append(waited := logged_predictions(2))
        log.append_once([second := keyed_request(2)])
        others = [logged_predictions(number) for number in range(3, 60)]
        for one in others:
            log.append(one)
        answers = [log.answer_to(one.answer.key) for one in (first, second)]
        held = journal.state().pending
    drained(journal)

    came = {id(batch) for batch in stored.batches}  # what is drained comes in other lists
    assert id(waited) in came
    assert not {id(batch) for batch in others} & came
    assert held == 20 * 58 + 3
    assert answers == [first.answer, second.answer]
    wait_until(lambda: sorted(ids(log)) == ids_of(first.predictions, second.predictions, waited, *others), 30)


def test_what_a_killed_process_left_in_its_journal_is_drained_by_the_next(server, journal, database):
    server.stop()
    process = crashes._PROCESSES.Process(
        target=outbox_processes.append_and_die, args=(server.url("serving", "serving"), journal.file.path, 77)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    server.restart()

    log = PredictionLog(journal, Stored(database))
    assert journal.state().pending == 4
    journal.start()
    drained(journal)

    assert UUID(int=77) in ids(log)
    assert len(ids(log)) == 3
    assert log.answer_to(f"{1:064x}") is not None


def test_processes_that_share_a_journal_drain_it_in_turns(server, journal, database):
    server.stop()
    url, path = server.url("serving", "serving"), journal.file.path
    back = threading.Timer(1, server.restart)
    back.start()
    crashes.at_once(outbox_processes.append_many, [(url, path, 1 + 10_000 * number, 300) for number in range(3)])
    back.join()

    log = PredictionLog(journal, Stored(database))
    journal.start()
    drained(journal)

    assert sorted(ids(log)) == [UUID(int=1 + 10_000 * number + k) for number in range(3) for k in range(300)]


def test_a_full_journal_says_so_takes_nothing_of_the_batch_and_goes_on_when_there_is_room(server, database, tmp_path):
    with closing(Journal(tmp_path / "journal.db", limit=50)) as journal:
        log = PredictionLog(journal, Stored(database))
        server.stop()
        log.append(first := logged_predictions(1, 40))
        with pytest.raises(OutboxFull, match="no room for 11 rows beside its 40"):
            log.append(logged_predictions(2, 11))
        with pytest.raises(OutboxFull):
            log.append_once([keyed_request(1, 10)])
        log.append(second := logged_predictions(3, 10))
        server.restart()
        journal.start()
        drained(journal)
        log.append(third := logged_predictions(4, 60))

        assert ids(log) == [one.prediction_id for one in first + second + third]


def poison(number, **given):
    """A row that PostgreSQL refuses: its version fits no column."""
    return logged_predictions(number, 1, model_version=2**40, **given)


def test_a_row_that_the_database_refuses_is_set_aside_and_the_rest_goes_on(server, journal, log):
    server.stop()
    good = [logged_predictions(number) for number in range(30)]
    for number, told in enumerate(good):
        log.append(told)
        if number in (0, 10, 29):
            log.append(poison(1000 + number))
    log.append_once([bad := keyed_request(7, model_version=2**40), fine := keyed_request(8)])
    server.restart()
    journal.start()
    wait_until(lambda: journal.state().pending == 0, 30)
    state = journal.state()

    assert (state.dead_letters, state.database_up) == (3 + 3, True)
    assert "out of range" in state.last_error
    assert sorted(ids(log)) == ids_of(*good, fine.predictions)
    assert log.answer_to(bad.answer.key) == bad.answer
    assert log.get(bad.predictions[0].prediction_id) == bad.predictions[0]


def test_a_row_that_is_refused_while_the_database_is_up_does_not_hold_up_the_next(journal, log):
    journal.start()

    log.append([wrong := poison(1)[0], *(told := logged_predictions(1))])
    log.append(more := logged_predictions(2))
    wait_until(lambda: (state := journal.state()).dead_letters == 1 and state.pending == 0, 30)

    assert ids(log) == [one.prediction_id for one in told + more]
    assert log.get(wrong.prediction_id) == wrong


def test_what_was_set_aside_is_tried_again_by_the_next_start(server, journal, log):
    too_long_for_an_index = "".join(chr(0x4E00 + number) for number in range(9000))
    journal.start()
    log.append(logged_predictions(1, 1, shipment_id=too_long_for_an_index) + (told := logged_predictions(1)))
    wait_until(lambda: journal.state().dead_letters == 1, 30)
    journal.close()
    _as_owner(server, "DROP INDEX serving_logs_shipment")
    try:
        journal.start()
        wait_until(lambda: journal.state().dead_letters == 0, 30)

        assert len(ids(log)) == len(told) + 1
    finally:
        _as_owner(server, "TRUNCATE serving_logs, serving_daily")
        _as_owner(server, "CREATE INDEX serving_logs_shipment ON serving_logs (shipment_id, timestamp)")


def test_what_is_refused_again_by_the_next_start_stays_aside_and_says_nothing_of_the_database(journal, log):
    journal.start()
    log.append(poison(1) + logged_predictions(1))
    wait_until(lambda: journal.state().dead_letters == 1, 30)
    journal.close()
    journal.start()
    log.append(more := logged_predictions(2))
    drained(journal)

    state = journal.state()

    assert (state.pending, state.dead_letters, state.database_up) == (0, 1, True)
    assert "out of range" in state.last_error
    assert ids(log)[-20:] == [one.prediction_id for one in more]


def _as_owner(server, statement):
    with closing(Database(server.url("serving", "serving_owner"), "serving")) as owner, owner.writing("change") as it:
        it.exec_driver_sql(statement)


def test_what_is_wrong_in_itself_stays_an_error(journal, log):
    with pytest.raises(ValueError, match="outside 1 to 1000"):
        log.page(PredictionFilter(), 0)

    class Odd(Stored):
        def append(self, batch):
            raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        PredictionLog(journal, Odd(None)).append(logged_predictions(1))
    assert journal.state().pending == 0


def test_a_repeated_key_gets_its_answer_while_the_database_is_away(server, journal, log, database):
    log.append_once([before := keyed_request(1)])
    server.stop()
    during = keyed_request(2)
    assert log.append_once([during]) == [during.answer]

    again = log.append_once([keyed_request(2), keyed_request(1), new := keyed_request(3), keyed_request(3)])

    other = PredictionLog(journal, Stored(database))  # another process on the same file remembers nothing
    assert again == [during.answer, before.answer, new.answer, new.answer]
    assert other.append_once([keyed_request(2)]) == [during.answer]
    assert other.answer_to(during.answer.key) == during.answer
    assert log.answer_to(before.answer.key) == before.answer
    assert log.answer_to("f" * 64) is None
    server.restart()
    journal.start()
    drained(journal)
    assert sorted(ids(log)) == ids_of(before.predictions, during.predictions, new.predictions)


def test_a_key_answered_by_two_replicas_is_resolved_when_they_drain(server, database, tmp_path):
    with closing(Journal(tmp_path / "one.db")) as one, closing(Journal(tmp_path / "two.db")) as two:
        first, second = PredictionLog(one, Stored(database)), PredictionLog(two, Stored(database))
        server.stop()
        first.append_once([kept := keyed_request(1)])
        second.append_once([keyed_request(1), alone := keyed_request(2)])
        server.restart()
        one.start()
        drained(one)
        two.start()
        drained(two)

        assert second.answer_to(kept.answer.key) == kept.answer
        assert sorted(ids(first)) == ids_of(kept.predictions, alone.predictions)


def test_a_request_of_more_rows_than_a_batch_is_drained_whole(server, journal, log):
    server.stop()
    log.append(told := logged_predictions(0, 10))
    log.append_once([large := keyed_request(1, 4500), small := keyed_request(2)])
    server.restart()
    journal.start()
    drained(journal)

    assert sorted(ids(log)) == ids_of(told, large.predictions, small.predictions)
    assert log.answer_to(large.answer.key) == large.answer


def test_erasing_reaches_the_journal(server, journal, log):
    owner = Database(server.url("serving", "operator"), "serving")
    server.stop()
    log.append(logged_predictions(1) + (kept := logged_predictions(2)))
    mixed = keyed_request(3)
    mixed = replace(mixed, predictions=(mixed.predictions[0], replace(mixed.predictions[1], shipment_id="S-1")))
    log.append_once([mixed, other := keyed_request(4)])
    with closing(owner), closing(Journal(journal.file.path)) as opened:
        operators = PredictionLog(opened, Stored(owner))
        with pytest.raises(StoreError):
            operators.erase("S-1")
        log.append(logged_predictions(1, 5))
        server.restart()
        assert operators.erase("S-1") == 5
    answers = [log.answer_to(one.answer.key) for one in (mixed, other)]
    journal.start()
    drained(journal)

    assert answers == [None, other.answer]
    assert sorted(ids(log)) == ids_of(kept, mixed.predictions[:1], other.predictions)


def test_what_is_old_is_dropped_from_the_journal_too(server, journal, log):
    server.stop()
    old = [replace(one, predicted_at=NOON - timedelta(hours=1)) for one in logged_predictions(1)]
    log.append(old + (kept := logged_predictions(2)))
    log.append_once([asked := keyed_request(3)])
    server.restart()
    with closing(Database(server.url("serving", "operator"), "serving")) as operator:
        dropped = PredictionLog(Journal(journal.file.path), Stored(operator)).drop_before(NOON)
    log = PredictionLog(journal, log._inner)
    journal.start()
    drained(journal)

    assert dropped == 20
    assert sorted(ids(log)) == ids_of(kept, asked.predictions)


def test_outcomes_and_audit_entries_wait_as_predictions_do(server, journal, database):
    outcomes, audit = OutcomeLog(journal, StoredOutcomes(database)), AuditLog(journal, StoredAudit(database))
    told = [outcome(number, late=number % 2 == 0) for number in range(5)]
    entry = audit_entry()
    server.stop()
    outcomes.append(told)
    audit.append([entry])
    assert journal.state().pending == 6
    server.restart()
    journal.start()
    drained(journal)

    assert [outcomes.history(one.shipment_id) for one in told] == [[one] for one in told]
    assert audit.newest() == [entry]


def test_a_journal_of_another_version_is_left_alone(journal, log):
    with journal.file.writing() as connection:
        connection.execute("PRAGMA user_version = 9")
    journal.close()

    with pytest.raises(StoreError, match="of another delay-core"):
        log.append(logged_predictions(1))


def test_a_journal_in_a_place_that_cannot_be_written_says_so(database, tmp_path):
    (tmp_path / "taken").write_text("not a folder")

    with pytest.raises(StoreError, match="its folder writable"):
        PredictionLog(Journal(tmp_path / "taken" / "journal.db"), Stored(database)).append(logged_predictions(1))
