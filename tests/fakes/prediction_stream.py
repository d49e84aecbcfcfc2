"""A stream of predictions whose server answers when a test says so."""

import socket
from collections.abc import Sequence

from delay_core.errors import StoreError
from delay_core.ports import prediction_stream as port
from delay_core.ports.prediction_log import LoggedPrediction


class PredictionStream(port.PredictionStream):
    """`batches` are those that were sent; `accepts` is what `send` returns."""

    def __init__(self, timeout_seconds: float = 30) -> None:
        self.batches: list[list[LoggedPrediction]] = []
        self.accepts = True
        self.closed = False
        self._timeout_seconds = timeout_seconds
        self._near, self._far = socket.socketpair()

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
        return self.accepts

    def flush(self) -> bool:
        return True

    def receive(self) -> bool:
        if not self._near.recv(1):
            raise StoreError("the connection is lost")
        return True

    def close(self) -> None:
        self.closed = True
        self._near.close()
        self._far.close()
