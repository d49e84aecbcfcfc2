"""A stream of predictions that the outbox does not let overtake its rows."""

from collections.abc import Sequence

from adapters.outbox.channel import Channel
from delay_core.ports import prediction_stream as port
from delay_core.ports.prediction_log import LoggedPrediction


class OutboxPredictionStream(port.PredictionStream):
    """Sends nothing while the database is unavailable or rows are pending: `append` puts a batch behind them then."""

    def __init__(self, inner: port.PredictionStream, channel: Channel) -> None:
        self._inner = inner
        self._channel = channel

    @property
    def timeout_seconds(self) -> float:
        return self._inner.timeout_seconds

    def fileno(self) -> int:
        return self._inner.fileno()

    def send(self, batch: Sequence[LoggedPrediction]) -> bool:
        return self._channel.may_write_directly() and self._inner.send(batch)

    def flush(self) -> bool:
        return self._inner.flush()

    def receive(self) -> bool:
        durable = self._inner.receive()
        if durable:
            self._channel.mark_up()
        return durable

    def close(self) -> None:
        self._inner.close()
