"""A stream of predictions does not overtake the outbox."""

from contextlib import closing

import pytest

from adapters.outbox import Outbox, OutboxPredictionLog
from delay_core.errors import StoreError, StoreUnreachable
from fakes.prediction_log import PredictionLog
from fakes.prediction_stream import PredictionStream
from support.builders import logged_predictions


class StreamingLog(PredictionLog):
    """Its rows can be made to be refused."""

    def __init__(self):
        super().__init__()
        self.reachable = True
        self.stream = PredictionStream()

    def open_stream(self):
        return self.stream

    def append(self, batch):
        if not self.reachable:
            raise StoreUnreachable("connection refused")
        super().append(batch)


@pytest.fixture
def inner():
    inner = StreamingLog()
    yield inner
    inner.stream.close()


def test_stream__sends_nothing_while_rows_are_pending(tmp_path, inner):
    with closing(Outbox(tmp_path / "outbox.db", deadline=30)) as outbox:
        log = OutboxPredictionLog(outbox, inner)
        stream = log.open_stream()
        assert stream.send(batch := logged_predictions(1, 2))
        inner.stream.answer()
        assert stream.receive()

        inner.reachable = False
        log.append(logged_predictions(2, 2))
        assert not stream.send(batch)
        inner.reachable = True
        outbox.channels[0].mark_up()
        assert not stream.send(batch)  # the rows are still pending
        outbox.forwarder._drain(outbox.channels[0])
        assert stream.send(batch)
        assert inner.stream.batches == [batch, batch]


def test_file_that_cannot_be_read__leaves_no_stream(tmp_path, inner):
    """The event loop would wait for a broken disk with each batch."""
    path = tmp_path / "outbox.db"
    with closing(Outbox(path, deadline=30)) as outbox:
        log = OutboxPredictionLog(outbox, inner)
        stream = log.open_stream()
        outbox.close()
        path.write_bytes(b"no database" * 100)

        with pytest.raises(StoreError, match="cannot be used"):
            stream.send(logged_predictions(1, 2))
        with pytest.raises(StoreError, match="cannot be used"):
            log.open_stream()
    assert inner.stream.batches == []


def test_log_without_a_stream__has_none_with_an_outbox_either(tmp_path):
    with closing(Outbox(tmp_path / "outbox.db", deadline=30)) as outbox:
        assert OutboxPredictionLog(outbox, PredictionLog()).open_stream() is None
