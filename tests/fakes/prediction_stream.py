"""A stream of predictions into a fake log, which answers at once; without a log, it answers when a test says so."""

import socket
from collections.abc import Sequence

from delay_core.errors import StoreError
from delay_core.ports import prediction_stream as port
from delay_core.ports.prediction_log import LoggedPrediction
from fakes.prediction_log import PredictionLog


class PredictionStream(port.PredictionStream):
    """`batches` are those that were sent; `accepts` is what `send` returns."""

    def __init__(self, log: PredictionLog | None = None, timeout_seconds: float = 30) -> None:
        self.batches: list[list[LoggedPrediction]] = []
        self.accepts = True
        self.closed = False
        self._log = log
        self._timeout_seconds = timeout_seconds
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)

    @property
    def timeout_seconds(self) -> float:
        return self._timeout_seconds

    def answer(self, *, durable: bool = True) -> None:
        """Answer the batch that was sent; if it is not durable, by breaking the connection."""
        if durable:
            self._far.send(b"1")
        else:
            self._far.close()

    def fileno(self) -> int:
        return self._near.fileno()

    def send(self, batch: Sequence[LoggedPrediction]) -> bool:
        if self.accepts:
            self.batches.append(list(batch))
            if self._log is not None:
                self._write(self._log, batch)
        return self.accepts

    def flush(self) -> bool:
        return True

    def receive(self) -> bool:
        try:
            content = self._near.recv(1)
        except BlockingIOError:
            return False
        if not content:
            raise StoreError("the connection is lost")
        return True

    def close(self) -> None:
        self.closed = True
        self._near.close()
        self._far.close()

    def _write(self, log: PredictionLog, batch: Sequence[LoggedPrediction]) -> None:
        exists = any((row.predicted_at, row.prediction_id) in log.predictions for row in batch)
        was_erased = any(at >= min(row.predicted_at for row in batch) for at in log.erased_at.values())
        if not exists and not was_erased:
            log.append(batch)
        self.answer(durable=not exists and not was_erased)
