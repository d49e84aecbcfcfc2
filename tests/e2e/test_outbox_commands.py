"""`delay outbox`: dead letters are listed, delivered again, discarded."""

import json
from contextlib import closing

import pytest

from adapters.outbox import Outbox, OutboxPredictionLog
from adapters.sql import AuditLog, Database, PredictionLog, PredictionReader
from delay_core.errors import StoreError
from delay_core.ports.prediction_reader import PredictionFilter
from support.builders import logged_prediction

REASON = "integer [out of range]"


class UnavailableLog(PredictionLog):
    def append(self, batch):
        raise StoreError("the database is unavailable")


@pytest.fixture
def database(delay):
    delay.data.mkdir()
    with closing(Database(f"sqlite:///{delay.data}/serving.db", "serving")) as database:
        yield database


@pytest.fixture
def three(delay, database):
    """The command; its outbox has two dead letters, of which the database refuses the first, and a pending row."""
    with closing(Outbox(delay.data / "serving-journal.db")) as outbox:
        log = OutboxPredictionLog(outbox, UnavailableLog(database))
        log.append([logged_prediction(1, model_version=2**70), logged_prediction(2), logged_prediction(3)])
        with outbox.file.write() as store:
            store.make_dead_letters([1, 2], REASON)
    return delay


def test_outbox_commands__list_retry_and_discard(three, database):
    listed = three.json("outbox", "list")
    assert (listed["pending"], [letter["number"] for letter in listed["dead_letters"]]) == (1, [1, 2])
    assert listed["dead_letters"][0]["reason"] == REASON
    assert f"1: predictions, 1 rows of S-1, 2026-03-31 12:00:01 UTC: {REASON}" in three("outbox", "list").stdout

    retried = json.loads(three("outbox", "retry", "--json", expect=6).stdout)
    assert [letter["number"] for letter in retried["delivered"]] == [2]
    assert [letter["number"] for letter in retried["refused"]] == [1]
    page = PredictionReader(database).read_page(PredictionFilter())
    assert [row.shipment_id for row in page.predictions] == ["S-2"]

    assert "Discarded 1 dead letters" in three("outbox", "discard", "1").stdout
    assert three.json("outbox", "list")["dead_letters"] == []
    assert "still refused" not in three("outbox", "retry").stderr
    [entry] = AuditLog(database).newest()
    assert (entry.action, entry.subject) == ("dead letter discarded", "dead letter 1 of predictions")
    assert entry.actor.startswith("delay outbox discard by ")


def test_outbox_discard__needs_known_numbers_or_all(three):
    assert "--all" in three("outbox", "discard", expect=2).stderr
    assert "--all" in three("outbox", "discard", "1", "--all", expect=2).stderr
    assert "no dead letter 3" in three("outbox", "discard", "3", expect=3).stderr
    assert "no dead letter 9" in three("outbox", "retry", "9", expect=3).stderr

    assert len(three.json("outbox", "discard", "--all")["discarded"]) == 2


def test_outbox_list__of_a_damaged_file_says_so(delay):
    delay.data.mkdir()
    (delay.data / "serving-journal.db").write_bytes(b"damaged" * 1000)

    assert "cannot be used" in delay("outbox", "list", expect=6).stderr
