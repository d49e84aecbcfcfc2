"""A row that is damaged in the outbox's file becomes a dead letter; the rows before and behind it are delivered."""

import sqlite3
from contextlib import closing

import pytest

from adapters.outbox import (
    DeadLetters,
    OutboxActionLog,
    OutboxAuditLog,
    OutboxOutcomeLog,
    OutboxPredictionLog,
    OutboxPredictionReader,
)
from adapters.outbox.rows import OutboxRow
from adapters.outbox.store import Limits
from delay_core.errors import StoreError
from fakes.action_log import ActionLog
from fakes.audit_log import AuditLog
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from support.builders import action, audit_entry, keyed_request, logged_prediction, outcome

DAMAGES = {
    "no JSON": "'x' || substr(payload, 2)",
    "other fields": "'[1,2]'",
    "no UTF-8": "CAST(substr(payload, 1, 9) || x'ff' || substr(payload, 11) AS TEXT)",
    "another digit": "replace(payload, '2026', '2027')",
}


class Recorder:
    """A database that can be absent, and records what is appended."""

    def __init__(self, inner):
        self._inner, self.absent, self.records = inner, True, []

    def append(self, batch):
        if self.absent:
            raise StoreError("absent")
        self.records += batch
        self._inner.append(batch)

    def append_once(self, requests):
        if self.absent:
            raise StoreError("absent")
        self.records += [prediction for request in requests for prediction in request.predictions]
        return self._inner.append_once(requests)

    def find_answer(self, key):
        return self._inner.find_answer(key)


def damage(outbox, number, kind="no JSON"):
    statement = f"UPDATE entries SET payload = {DAMAGES[kind]} WHERE seq = ?"  # noqa: S608 - constant text
    with closing(sqlite3.connect(outbox.file.path)) as connection, connection:
        assert connection.execute(statement, (number,)).rowcount == 1


def forward(outbox):
    """Deliver what can be delivered, as the thread of the forwarder does."""
    for channel in outbox.channels:
        outbox.forwarder._drain(channel)


def damage_column(outbox, number, column, value):
    """Damage a column that is no payload, or remove the checksum of a row and damage it as a version before would."""
    with closing(sqlite3.connect(outbox.file.path)) as connection, connection:
        connection.execute(f"UPDATE entries SET {column} = ? WHERE seq = ?", (value, number))  # noqa: S608 - constant text


def care(outbox):
    """Look after rows that nothing else looks at, as the thread of the forwarder does every few seconds."""
    outbox.forwarder._cared = float("-inf")
    outbox.forwarder._care()


def retry_later(outbox):
    """Retry dead letters, as the thread of the forwarder does every ten minutes."""
    outbox.forwarder._dead_letters_tried.clear()
    forward(outbox)


@pytest.fixture
def predictions(outbox):
    database = Recorder(PredictionLog())
    return database, OutboxPredictionLog(outbox, database)


@pytest.fixture(params=["predictions", "outcomes", "actions", "audit"])
def channel(request, outbox):
    """A database, its log with the outbox, and a builder of numbered records."""
    if request.param == "predictions":
        return *request.getfixturevalue("predictions"), logged_prediction
    if request.param == "outcomes":
        database = Recorder(OutcomeLog(PredictionReader(PredictionLog())))
        return database, OutboxOutcomeLog(outbox, database), lambda number: outcome(f"S-{number}")
    if request.param == "actions":
        database = Recorder(ActionLog())
        return database, OutboxActionLog(outbox, database), action
    database = Recorder(AuditLog())
    return database, OutboxAuditLog(outbox, database), audit_entry


def test_damaged_rows__are_dead_letters_and_the_others_are_delivered_in_order(channel, outbox):
    database, log, record = channel
    records = [record(number) for number in range(6)]
    log.append(records)
    for number, kind in zip((1, 3, 4, 6), DAMAGES, strict=True):
        damage(outbox, number, kind)

    database.absent = False
    forward(outbox)

    state = outbox.state()
    letters = DeadLetters(outbox.file, outbox.channels).read()
    assert database.records == [records[1], records[4]]
    assert (state.pending, state.dead_letters, state.database_up, state.file_error) == (0, 4, True, None)
    assert [letter.number for letter in letters] == [1, 3, 4, 6]
    assert {letter.log for letter in letters} == {outbox.channels[0].name}
    assert all("damaged" in letter.reason and letter.rows == 1 for letter in letters)


def test_damaged_dead_letters__name_their_shipment_and_stay_until_they_are_discarded(predictions, outbox):
    database, log = predictions
    log.append([logged_prediction(1, shipment_id="S-9")])
    damage(outbox, 1)
    database.absent = False
    forward(outbox)
    dead_letters = DeadLetters(outbox.file, outbox.channels)

    [letter] = dead_letters.read()
    assert letter.shipment_ids == ("S-9",)
    assert dead_letters.retry() == []
    assert dead_letters.discard() == [letter]
    assert database.records == []
    assert (outbox.state().dead_letters, outbox.state().size) == (0, 0)


def test_damaged_prediction__of_a_request_does_not_keep_the_others(predictions, outbox):
    database, log = predictions
    request = keyed_request(1, 3)
    log.append_once([request])
    damage(outbox, 3)
    database.absent = False

    forward(outbox)

    assert database.records == [request.predictions[0], request.predictions[2]]
    assert log.find_answer(request.answer.key) == request.answer


def test_damaged_answer__leaves_its_key_to_another_one(predictions, outbox):
    database, log = predictions
    request, again = keyed_request(1, 2), keyed_request(1, 2)
    log.append_once([request])
    damage(outbox, 1)

    assert log.find_answer(request.answer.key) is None
    assert log.append_once([again]) == [again.answer]
    database.absent = False
    forward(outbox)

    assert database.records == [*request.predictions, *again.predictions]
    assert log.find_answer(request.answer.key) == again.answer
    assert (outbox.state().pending, outbox.state().dead_letters) == (0, 1)


def test_damaged_prediction__is_not_found_by_its_id(predictions, outbox):
    _, log = predictions
    damaged, fine = logged_prediction(1), logged_prediction(2)
    log.append([damaged, fine])
    damage(outbox, 1)
    reader = OutboxPredictionReader(outbox, PredictionReader(PredictionLog()))

    assert reader.get(damaged.prediction_id) is None
    assert reader.get_many([damaged.prediction_id, fine.prediction_id]) == {fine.prediction_id: fine}


def test_damage_that_can_be_read__is_noticed_by_the_checksum(predictions, outbox, caplog):
    database, log = predictions
    log.append([logged_prediction(1)])
    damage(outbox, 1, "another digit")
    database.absent = False

    forward(outbox)

    [letter] = DeadLetters(outbox.file, outbox.channels).read()
    assert "damaged" in letter.reason
    assert "checksum" in letter.reason
    assert outbox.state().last_error == letter.reason
    assert "row 1 of the outbox is a dead letter" in caplog.text
    retry_later(outbox)
    assert (database.records, outbox.state().dead_letters) == ([], 1)


def test_damage_of_a_remembered_answer__is_noticed_by_the_checksum(predictions, outbox):
    database, log = predictions
    database.absent = False
    [answer] = log.append_once([keyed_request(1)])
    outbox.forwarder._write_answers()
    database.absent = True
    log.append([logged_prediction(9)])  # from now on, the outbox answers alone
    assert log.find_answer(answer.key) == answer

    with closing(sqlite3.connect(outbox.file.path)) as connection, connection:
        assert connection.execute(f"UPDATE recent_answers SET payload = {DAMAGES['another digit']}").rowcount == 1  # noqa: S608 - constant text

    assert log.find_answer(answer.key) is None


def test_row_without_checksum__of_the_version_before_is_delivered(channel, outbox):
    database, log, record = channel
    log.append([old := record(1), new := record(2)])
    damage_column(outbox, 1, "checksum", None)
    database.absent = False

    forward(outbox)

    assert database.records == [old, new]
    assert outbox.state().dead_letters == 0


@pytest.mark.parametrize("version", ["this version", "the version before"])
def test_row_with_a_damaged_channel__is_a_dead_letter_and_delivered_when_it_is_retried(version, channel, outbox):
    database, log, record = channel
    log.append(records := [record(number) for number in range(3)])
    damage_column(outbox, 2, "lane", b"\xff\x00".decode("latin-1"))
    if version == "the version before":
        damage_column(outbox, 2, "checksum", None)
    database.absent = False

    forward(outbox)
    assert outbox.state().pending == 1
    care(outbox)

    [letter] = DeadLetters(outbox.file, outbox.channels).read()
    assert (letter.number, letter.log) == (2, outbox.channels[0].name)
    assert "channel" in letter.reason
    assert (outbox.state().pending, outbox.state().dead_letters) == (0, 1)
    retry_later(outbox)
    assert database.records == [records[0], records[2], records[1]]
    assert (outbox.state().dead_letters, outbox.state().size) == (0, 0)


def test_row_with_a_damaged_channel_and_payload__is_not_delivered(predictions, outbox):
    database, log = predictions
    log.append([logged_prediction(1)])
    damage(outbox, 1, "another digit")
    damage_column(outbox, 1, "lane", "predictionz")
    database.absent = False

    care(outbox)
    retry_later(outbox)

    assert (database.records, outbox.state().dead_letters) == ([], 1)


def test_row_with_a_damaged_channel__is_erased_with_its_shipment(predictions, outbox):
    _, log = predictions
    log.append([logged_prediction(1, shipment_id="S-1")])
    damage_column(outbox, 1, "lane", "predictionz")

    assert outbox.erase("predictions", "S-1", lambda _: 0) == 1
    assert (outbox.state().pending, outbox.state().size) == (0, 0)


def test_intact_row_of_an_unknown_channel__waits_for_the_version_that_has_it(outbox):
    with outbox.file.write() as store:
        store.append("of a newer version", [OutboxRow("prediction", 1, "[]")], Limits(10, 1000))

    care(outbox)

    assert (outbox.state().pending, outbox.state().dead_letters) == (1, 0)
