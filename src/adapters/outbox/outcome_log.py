"""The outcome log before which the journal stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.outbox.journal import Journal
from adapters.outbox.rows import outcome_row
from delay_core.ports import outcome_log as port
from delay_core.ports.outcome_log import Outcome, PredictionWithOutcome

_LANE = "outcomes"


class OutcomeLog(port.OutcomeLog):
    """Adds to the inner log, or to the journal while that one is away. Reads what the inner log holds."""

    def __init__(self, journal: Journal, inner: port.OutcomeLog) -> None:
        self._journal = journal
        self._inner = inner
        self._lane = journal.lane(_LANE, inner.append)

    def append(self, batch: Sequence[Outcome]) -> None:
        if batch:
            rows = [outcome_row(one) for one in batch]
            self._lane.write(lambda: self._inner.append(batch), lambda connection: self._lane.put(connection, rows))

    def history(self, shipment_id: str) -> list[Outcome]:
        return self._inner.history(shipment_id)

    def joined(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        return self._inner.joined(since, until, model_name)

    def erase(self, shipment_id: str) -> int:
        return self._journal.erase(_LANE, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._journal.drop_before(_LANE, moment, self._inner.drop_before)
