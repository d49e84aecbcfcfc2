"""Every DeadLetters: those that the database accepts now are delivered, the others stay until they are discarded."""

from contextlib import closing
from datetime import timedelta

import pytest

from delay_core.errors import StoreError, UnknownDeadLetter
from delay_core.ports.dead_letters import DeadLetter
from fakes import dead_letters as fake
from fakes.prediction_log import PredictionLog
from support.builders import NOON, keyed_request, logged_prediction
from support.lazy_module import LazyModule

outbox = LazyModule("adapters.outbox")

KEYED = DeadLetter(1, "predictions", NOON, 3, ("S-2",), "out of range")
PLAIN = DeadLetter(4, "predictions", NOON + timedelta(seconds=5), 1, ("S-5",), "out of range")


class DemandingLog(PredictionLog):
    """Refuses every prediction whose shipment it does not accept."""

    def __init__(self, accepted):
        super().__init__()
        self.accepted = accepted

    def append(self, batch):
        if any(prediction.shipment_id not in self.accepted for prediction in batch):
            raise StoreError("still out of range")
        super().append(batch)


@pytest.fixture(params=["fake", "outbox"])
def dead_letters_of(request, tmp_path):
    """Returns the dead letters KEYED and PLAIN of a database that accepts those of these shipments now."""
    if request.param == "fake":
        letters = {"S-2": KEYED, "S-5": PLAIN}
        yield lambda *accepted: fake.DeadLetters(letters.values(), {letters[shipment].number for shipment in accepted})
        return
    with closing(outbox.Outbox(tmp_path / "outbox.db", deadline=30)) as box:

        def dead_letters_of(*accepted):
            database = DemandingLog(())
            log = outbox.OutboxPredictionLog(box, database)
            log.append_once([keyed_request(2)])
            log.append([logged_prediction(5)])
            database.accepted = accepted
            with box.file.write() as store:
                store.make_dead_letters(range(1, 5), "out of range")
            return outbox.DeadLetters(box.file, box.channels)

        yield dead_letters_of


def test_read__returns_each_request_with_its_rows(dead_letters_of):
    dead_letters = dead_letters_of()

    assert dead_letters.read() == [KEYED, PLAIN]
    assert dead_letters.read([4]) == [PLAIN]


def test_retry__removes_what_the_database_accepts(dead_letters_of):
    dead_letters = dead_letters_of("S-2")

    assert dead_letters.retry() == [KEYED]
    assert [letter.number for letter in dead_letters.read()] == [PLAIN.number]
    assert dead_letters.retry([4]) == []


def test_discard__deletes_by_number_or_all(dead_letters_of):
    dead_letters = dead_letters_of()

    assert dead_letters.discard([1]) == [KEYED]
    assert dead_letters.read() == [PLAIN]
    assert dead_letters.discard() == [PLAIN]
    assert dead_letters.read() == dead_letters.discard() == []


@pytest.mark.parametrize("method", ["read", "retry", "discard"])
def test_unknown_numbers__are_refused_without_a_change(method, dead_letters_of):
    dead_letters = dead_letters_of("S-2", "S-5")

    with pytest.raises(UnknownDeadLetter, match="no dead letter 2, 9"):
        getattr(dead_letters, method)([1, 2, 9])

    assert dead_letters.read() == [KEYED, PLAIN]
