"""While the database is unavailable, attempts to reach it are few and cheap: they take time from requests."""

import pytest

from adapters.outbox import OutboxPredictionLog, forwarder
from delay_core.errors import StoreUnreachable
from fakes.prediction_log import PredictionLog
from infra.local.waiting import wait_until
from support.builders import logged_predictions


class UnreachableLog(PredictionLog):
    """Records the number of rows of each attempt to append."""

    def __init__(self):
        super().__init__()
        self.attempts = []
        self.reachable = False

    def append(self, batch):
        self.attempts.append(len(batch))
        if not self.reachable:
            raise StoreUnreachable("connection refused")
        super().append(batch)


@pytest.fixture
def database():
    return UnreachableLog()


@pytest.fixture
def log(outbox, database):
    return OutboxPredictionLog(outbox, database)


def test_new_rows__do_not_shorten_the_pause_between_attempts(outbox, log, database, monkeypatch):
    monkeypatch.setattr(forwarder, "_MAX_BACKOFF_SECONDS", 60.0)
    monkeypatch.setattr(outbox.forwarder, "_backoff", 60.0)
    log.append(logged_predictions(1, 20))
    outbox.start()
    wait_until(lambda: len(database.attempts) > 1, 30)

    for number in range(10):
        log.append(logged_predictions(number, 1))
    outbox.close()  # does not wait for the end of the pause

    assert database.attempts == [20, 1]


def test_attempts__send_one_record_until_the_database_is_reachable(outbox, log, database):
    log.append(logged_predictions(1, 20))
    [channel] = outbox.channels
    for _ in range(3):
        outbox.forwarder._drain(channel)
    assert database.attempts[1:] == [1, 1, 1]

    database.reachable = True
    outbox.forwarder._drain(channel)

    assert database.attempts[4:] == [1, 19]
    assert (outbox.state().pending, outbox.state().database_up) == (0, True)
