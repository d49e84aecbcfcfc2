"""The outbox with a real PostgreSQL that fails: every acknowledged row is in the database afterwards, once."""

import signal
import threading
from contextlib import closing
from uuid import UUID

import pytest

from adapters.outbox import (
    Outbox,
    OutboxActionLog,
    OutboxAuditLog,
    OutboxOutcomeLog,
    OutboxPredictionLog,
)
from adapters.sql import ActionLog, AuditLog, OutcomeLog, PredictionLog
from delay_core.errors import OutboxFull, StoreError
from infra.local.outages import frozen
from infra.local.waiting import wait_until
from support import crashes, outbox_processes
from support.builders import action, audit_entry, keyed_request, logged_predictions, outcome
from support.drained_log import drain
from support.outbox_processes import wait_until_forwarded
from support.prediction_pages import ids_in, read_ids


def test_append__uses_only_the_database_while_it_is_available(database, reader, tmp_path):
    with closing(Outbox(tmp_path / "patient.db", deadline=30)) as outbox:
        OutboxPredictionLog(outbox, PredictionLog(database)).append(batch := logged_predictions(1))

        assert outbox.state().pending == 0
    assert sorted(read_ids(reader)) == ids_in(batch)


def test_append__rows_of_an_outage_are_forwarded_after_it(server, outbox, log, reader):
    outbox.start()
    log.append(before := logged_predictions(1))
    server.stop()
    batches = [logged_predictions(number) for number in range(2, 12)]
    for batch in batches:
        log.append(batch)
    state = outbox.state()
    pending = reader.get(batches[3][7].prediction_id)
    server.restart()
    wait_until_forwarded(outbox)
    log.append(after := logged_predictions(99))

    assert (state.pending, state.database_up, state.oldest) == (200, False, batches[0][0].predicted_at)
    assert "is the server up" in state.last_error
    assert server.passwords["serving"] not in state.last_error
    assert pending == batches[3][7]
    assert read_ids(reader) == [row.prediction_id for batch in (before, *batches, after) for row in batch]
    assert outbox.state().last_error is None


def test_append__writes_directly_once_the_outbox_is_empty(server, outbox, log):
    outbox.start()
    server.stop()
    log.append(logged_predictions(1))
    server.restart()
    wait_until_forwarded(outbox)
    outbox.close()  # nothing is forwarded any more

    log.append(logged_predictions(2))

    assert outbox.state().pending == 0


def test_append__follows_pending_rows_though_the_database_is_available(path, fake_database):
    first, second = logged_predictions(1), logged_predictions(2)
    with closing(outbox_processes.replica(path, fake_database)) as one:
        one.connection.down = True
        one.log.append(first)
        one.connection.down = False

        one.log.append(second)

        assert list(fake_database.predictions) == []
        drain(one.outbox)
    assert [one for _, one in fake_database.predictions] == [row.prediction_id for row in first + second]


def test_outages_under_load__lose_and_double_nothing(server, outbox, log, reader):
    outbox.start()
    acknowledged = []
    appended, done = threading.Semaphore(0), threading.Event()

    def write():
        number = 0
        while not done.is_set():
            batch = logged_predictions(number, 8)
            log.append(batch)
            acknowledged.append(batch)
            number += 1
            appended.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for immediate in (False, True, False):
            for _ in range(30):
                assert appended.acquire(timeout=30)
            server.stop(immediate=immediate)
            for _ in range(30):  # acknowledged during the outage
                assert appended.acquire(timeout=30)
            server.restart()
            wait_until(lambda: outbox.state().pending == 0, 30)
    finally:
        done.set()
        writer.join()
    wait_until_forwarded(outbox)

    assert sorted(read_ids(reader)) == ids_in(*acknowledged)


class WatchedLog(PredictionLog):
    """Records the batches that are appended to it."""

    def __init__(self, database):
        super().__init__(database)
        self.batches = []

    def append(self, batch):
        self.batches.append(batch)
        super().append(batch)


def test_hanging_server__is_waited_for_once_and_nothing_is_doubled(server, outbox, reader, database):
    inner = WatchedLog(database)
    log = OutboxPredictionLog(outbox, inner)
    outbox.start()
    log.append_once([first := keyed_request(1)])
    with frozen(server):
        log.append(waited := logged_predictions(2))
        log.append_once([second := keyed_request(2)])
        others = [logged_predictions(number) for number in range(3, 60)]
        for other in others:
            log.append(other)
        answers = [log.find_answer(request.answer.key) for request in (first, second)]
        pending = outbox.state().pending
    wait_until_forwarded(outbox)

    received = {id(batch) for batch in inner.batches}  # forwarded rows are in other lists
    assert id(waited) in received
    assert not {id(batch) for batch in others} & received
    assert pending == 20 * 58 + 3
    assert answers == [first.answer, second.answer]
    wait_until(lambda: sorted(read_ids(reader)) == ids_in(first.predictions, second.predictions, waited, *others), 30)


def test_killed_process__its_rows_are_forwarded_by_the_next(server, outbox, reader, database):
    server.stop()
    process = crashes._PROCESSES.Process(
        target=outbox_processes.append_and_die, args=(server.url("serving", "serving"), outbox.file.path, 77)
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    server.restart()

    log = OutboxPredictionLog(outbox, PredictionLog(database))
    assert outbox.state().pending == 4
    outbox.start()
    wait_until_forwarded(outbox)

    assert UUID(int=77) in read_ids(reader)
    assert len(read_ids(reader)) == 3
    assert log.find_answer(f"{1:064x}") is not None


def test_processes__share_an_outbox_and_forward_one_at_a_time(server, outbox, reader, database):
    server.stop()
    url, path = server.url("serving", "serving"), outbox.file.path
    back = threading.Timer(1, server.restart)
    back.start()
    crashes.at_once(outbox_processes.append_many, [(url, path, 1 + 10_000 * number, 300) for number in range(3)])
    back.join()

    OutboxPredictionLog(outbox, PredictionLog(database))
    outbox.start()
    wait_until_forwarded(outbox)

    assert sorted(read_ids(reader)) == [UUID(int=1 + 10_000 * number + k) for number in range(3) for k in range(300)]


def test_full_outbox__refuses_the_whole_batch_until_there_is_room(server, reader, database, tmp_path):
    with closing(Outbox(tmp_path / "outbox.db", max_rows=50)) as outbox:
        log = OutboxPredictionLog(outbox, PredictionLog(database))
        server.stop()
        log.append(first := logged_predictions(1, 40))
        with pytest.raises(OutboxFull, match="no room for 11 rows beside its 40"):
            log.append(logged_predictions(2, 11))
        with pytest.raises(OutboxFull):
            log.append_once([keyed_request(1, 10)])
        log.append(second := logged_predictions(3, 10))
        server.restart()
        outbox.start()
        wait_until_forwarded(outbox)
        log.append(third := logged_predictions(4, 60))

        assert read_ids(reader) == [row.prediction_id for row in first + second + third]


def test_outcomes_actions_and_audit_entries__are_forwarded_like_predictions(server, outbox, database):
    outcomes = OutboxOutcomeLog(outbox, OutcomeLog(database))
    audit = OutboxAuditLog(outbox, AuditLog(database))
    actions = OutboxActionLog(outbox, ActionLog(database))
    batch = [outcome(number, late=number % 2 == 0) for number in range(5)]
    entry, done, erased = audit_entry(), action(1), action(2)
    server.stop()
    outcomes.append(batch)
    actions.append([done, erased])
    audit.append([entry])
    with pytest.raises(StoreError):
        actions.erase("S-2")  # the database is not erased yet, but the outbox is
    assert outbox.state().pending == 7
    server.restart()
    outbox.start()
    wait_until_forwarded(outbox)

    assert [outcomes.history(record.shipment_id) for record in batch] == [[record] for record in batch]
    assert (actions.history("S-1"), actions.history("S-2")) == ([done], [])
    assert audit.newest() == [entry]
