"""Writing predictions from an event loop: begin to write, and read the answer once there is one."""

from collections.abc import Sequence
from typing import Protocol

from delay_core.ports.prediction_log import LoggedPrediction


class PredictionStream(Protocol):
    """Writes one batch at a time as `PredictionLog.append` does; no method waits, except that `send` may read a file.

    After a StoreError, or without an answer, it is unknown whether the batch was written. The stream has to be closed
    then, and the log's `append` writes the batch, which does no harm if it exists.
    """

    @property
    def timeout_seconds(self) -> float:
        """How long to wait for the answer to a batch."""
        ...

    def fileno(self) -> int:
        """The file descriptor that is readable when `receive` has something to read."""
        ...

    def send(self, batch: Sequence[LoggedPrediction]) -> bool:
        """Begin to write the batch; False if it has to be appended to the log instead. Raises StoreError."""
        ...

    def flush(self) -> bool:
        """Pass on what the file descriptor takes; False if a part waits until it is writable. Raises StoreError."""
        ...

    def receive(self) -> bool:
        """Whether the batch is durable by now. Raises StoreError if it is not written, or the connection is lost."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...
