"""Read the worklist: the shipments that wait for a decision, by what acting on them is expected to save."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from delay_core.planning import Ranking, SavingInterval, WorklistModel
from delay_core.ports.action_log import Action, ActionLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.worklist import OpenShipment, Worklist, WorklistFilter
from delay_core.shipment_state import ShipmentState, state_after

_CURSOR = re.compile(r"([0-9a-fx.+p-]{1,30})_([0-9a-f]{32})", re.ASCII)


@dataclass(frozen=True, slots=True)
class WorklistQuery:
    """Which shipments, the conditions that each must meet, and how many a planner can act on."""

    states: frozenset[ShipmentState]
    capacity: int
    limit: int
    cursor: str | None = None
    label_set: str | None = None
    min_probability: float | None = None
    point_since: datetime | None = None
    point_until: datetime | None = None
    shipment_id_prefix: str | None = None


@dataclass(frozen=True, slots=True)
class WorklistEntry:
    """A shipment of a page."""

    prediction: LoggedPrediction
    shipment: OpenShipment
    due_at: datetime | None
    label_set: str | None
    expected_saving: float
    state: ShipmentState
    last_action: Action | None


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """The shipments of a page; how many meet the conditions, and what acting on the first ones saves."""

    entries: list[WorklistEntry]
    next_cursor: str | None
    total: int
    planned: int
    by_saving: SavingInterval
    by_due_date: SavingInterval


@dataclass(frozen=True)
class ReadWorklist:
    """Reads the page of a query, after it has taken in the newest predictions."""

    worklist: Worklist
    predictions: PredictionReader
    actions: ActionLog
    open_for: timedelta

    def __call__(self, query: WorklistQuery, model: WorklistModel, now: datetime) -> WorklistPage:
        """The page. Raises ValueError for a cursor that no page returned, StoreError."""
        _start((), query.cursor)  # before anything is read
        self.refresh(model, now)
        conditions = WorklistFilter(
            model.name,
            now - self.open_for,
            query.min_probability,
            query.point_since,
            query.point_until,
            query.shipment_id_prefix,
        )
        shipments = [one for one in self.worklist.read(conditions) if state_after(one.last_action) in query.states]
        ranking = Ranking(shipments, model, query.label_set)
        total = len(ranking.shipments)
        start = _start(ranking.shipments, query.cursor)
        end = min(start + query.limit, total)
        return WorklistPage(
            entries=self._entries(ranking, slice(start, end)),
            next_cursor=_format_cursor(ranking.shipments[end - 1]) if end < total else None,
            total=total,
            planned=ranking.planned(query.capacity),
            by_saving=ranking.saving_by_probability(query.capacity),
            by_due_date=ranking.saving_by_due_date(query.capacity),
        )

    def refresh(self, model: WorklistModel, now: datetime) -> None:
        """Take in the newest predictions. Raises StoreError."""
        self.worklist.refresh(model.name, model.schema.label.promised, now - self.open_for, now)

    def drop_closed(self, model: WorklistModel, now: datetime) -> int:
        """Forget closed shipments; their number. Raises StoreError."""
        return self.worklist.drop_closed(model.name, now - self.open_for)

    def _entries(self, ranking: Ranking, rows: slice) -> list[WorklistEntry]:
        shipments = ranking.shipments[rows]
        predictions = self.predictions.get_many([one.prediction_id for one in shipments])
        actions = self.actions.newest([one.shipment_id for one in shipments if one.last_action is not None])
        return [
            WorklistEntry(
                prediction=predictions[one.prediction_id],
                shipment=one,
                due_at=ranking.due_at(row),
                label_set=ranking.label_sets[row],
                expected_saving=float(ranking.savings[row]),
                state=state_after(one.last_action),
                last_action=actions.get(one.shipment_id),
            )
            for row, one in enumerate(shipments, rows.start)
            if one.prediction_id in predictions  # it may have been erased since
        ]


def _start(shipments: Sequence[OpenShipment], cursor: str | None) -> int:
    """The row of the first shipment after the cursor. Raises ValueError."""
    if cursor is None:
        return 0
    parts = _CURSOR.fullmatch(cursor)
    try:
        position = (-float.fromhex(parts[1]), UUID(hex=parts[2])) if parts else None
    except (ValueError, OverflowError):
        position = None
    if position is None:
        raise ValueError(f"{cursor[:80]!r} is no cursor; send the cursor of the page before, or none")
    return bisect_right(shipments, position, key=_position)


def _format_cursor(last: OpenShipment) -> str:
    return f"{last.probability.hex()}_{last.prediction_id.hex}"


def _position(shipment: OpenShipment) -> tuple[float, UUID]:
    return -shipment.probability, shipment.prediction_id
