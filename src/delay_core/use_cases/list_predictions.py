"""List logged predictions with their outcomes, also by conditions that no index of the log answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from delay_core.ports.action_log import ActionLog
from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionFilter, PredictionPage, PredictionReader

BATCH_ROWS = 500
"""Rows that are read at once where the log cannot answer all conditions."""
MAX_READ_ROWS = 2000
"""Rows that are read for one page: a page with rare rows is short, and the next one goes on after it."""


@dataclass(frozen=True, slots=True)
class FurtherConditions:
    """Conditions that are checked row by row; None is no condition."""

    client: str | None = None
    acted_on: bool | None = None
    """Whether somebody acted on the shipment, whenever that was."""

    @property
    def are_present(self) -> bool:
        """Whether there is a condition."""
        return self.client is not None or self.acted_on is not None


@dataclass(frozen=True, slots=True)
class PredictionsWithOutcomes:
    """Predictions, newest first, each with the current outcome of its shipment."""

    rows: tuple[tuple[LoggedPrediction, Outcome | None], ...]
    next_cursor: str | None


@dataclass(frozen=True)
class ListPredictions:
    """Reads pages of bounded cost."""

    predictions: PredictionReader
    outcomes: OutcomeLog
    actions: ActionLog

    def __call__(
        self, conditions: PredictionFilter, further: FurtherConditions, limit: int, cursor: str | None, now: datetime
    ) -> PredictionsWithOutcomes:
        """At most `limit` predictions from the cursor on; fewer do not mean that it is the last page.

        Raises StoreError, and ValueError for a limit or a cursor that the reader refuses.
        """
        page = self._read(conditions, further, limit, cursor)
        shipments = {row.shipment_id for row in page.predictions if row.shipment_id is not None}
        histories = self.outcomes.histories(shipments, now) if shipments else {}
        newest = {shipment_id: history[-1] for shipment_id, history in histories.items() if history}
        rows = tuple((row, newest.get(row.shipment_id or "")) for row in page.predictions)
        return PredictionsWithOutcomes(rows, page.next_cursor)

    def _read(
        self, conditions: PredictionFilter, further: FurtherConditions, limit: int, cursor: str | None
    ) -> PredictionPage:
        if not further.are_present:
            return self.predictions.read_page(conditions, limit, cursor)
        rows: list[LoggedPrediction] = []
        for _ in range(MAX_READ_ROWS // BATCH_ROWS):
            batch = self.predictions.read_page(conditions, BATCH_ROWS, cursor)
            meets = self._checker(further, batch.predictions)
            for position, row in enumerate(batch.predictions, 1):
                if meets(row):
                    rows.append(row)
                if len(rows) == limit and position < len(batch.predictions):
                    return PredictionPage(
                        tuple(rows), self.predictions.read_page(conditions, position, cursor).next_cursor
                    )
            cursor = batch.next_cursor
            if cursor is None or len(rows) == limit:
                break
        return PredictionPage(tuple(rows), cursor)

    def _checker(
        self, further: FurtherConditions, rows: Sequence[LoggedPrediction]
    ) -> Callable[[LoggedPrediction], bool]:
        """Whether a row meets the conditions; the actions on the shipments of all rows are read at once."""
        candidates = [row for row in rows if further.client in (None, row.client)]
        acted_on = set()
        if further.acted_on is not None:
            acted_on = set(
                self.actions.acted_on({row.shipment_id for row in candidates if row.shipment_id is not None})
            )
        return lambda row: (
            further.client in (None, row.client)
            and (further.acted_on is None or further.acted_on == (row.shipment_id in acted_on))
        )
