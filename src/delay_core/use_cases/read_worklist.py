"""Read the worklist: the shipments that wait for a decision, by what acting on them is expected to save."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from delay_core.planning import SavingInterval, WorklistModel, saving_interval, savings_of_acting
from delay_core.ports.action_log import Action, ActionLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.worklist import OpenShipment, Worklist, WorklistFilter, WorklistPosition
from delay_core.shipment_state import ShipmentState, actions_before, state_after

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
        position = None if query.cursor is None else _parse_cursor(query.cursor)
        self.refresh(model, now)
        conditions = _conditions(query, model, now - self.open_for)
        matching = self.worklist.read(conditions, query.limit + 1, query.capacity, position)
        shipments, costs = matching.page[: query.limit], model.schema.costs
        highest = np.array(matching.highest, dtype=np.float64)
        planned = int((savings_of_acting(highest, costs) > 0).sum())
        return WorklistPage(
            entries=self._entries(shipments, model),
            next_cursor=_format_cursor(shipments[-1]) if len(matching.page) > query.limit else None,
            total=matching.total,
            planned=planned,
            by_saving=saving_interval(highest[:planned], costs),
            by_due_date=saving_interval(np.array(matching.due_first, dtype=np.float64), costs),
        )

    def refresh(self, model: WorklistModel, now: datetime) -> None:
        """Take in the newest predictions. Raises StoreError."""
        self.worklist.refresh(model.name, model.promised, now - self.open_for, now)

    def drop_closed(self, model: WorklistModel, now: datetime) -> int:
        """Forget closed shipments; their number. Raises StoreError."""
        return self.worklist.drop_closed(model.name, now - self.open_for)

    def _entries(self, shipments: Sequence[OpenShipment], model: WorklistModel) -> list[WorklistEntry]:
        predictions = self.predictions.get_many([one.prediction_id for one in shipments])
        actions = self.actions.newest([one.shipment_id for one in shipments if one.last_action is not None])
        probabilities = np.array([one.probability for one in shipments], dtype=np.float64)
        savings = savings_of_acting(probabilities, model.schema.costs)
        return [
            WorklistEntry(
                prediction=predictions[one.prediction_id],
                shipment=one,
                label_set=label_set,
                expected_saving=float(saving),
                state=state_after(one.last_action),
                last_action=actions.get(one.shipment_id),
            )
            for one, label_set, saving in zip(shipments, model.label_sets_of(shipments), savings, strict=True)
            if one.prediction_id in predictions  # it may have been erased since
        ]


def _conditions(query: WorklistQuery, model: WorklistModel, active_since: datetime) -> WorklistFilter:
    lowest, below, version = query.min_probability, None, None
    if query.label_set is not None:
        first, below = (1.0, 0.0) if model.label_sets is None else model.label_sets.interval(query.label_set)
        lowest, version = first if lowest is None else max(first, lowest), model.version
    return WorklistFilter(
        model_name=model.name,
        active_since=active_since,
        last_actions=actions_before(query.states),
        model_version=version,
        min_probability=lowest,
        below_probability=below,
        point_since=query.point_since,
        point_until=query.point_until,
        shipment_id_prefix=query.shipment_id_prefix,
    )


def _parse_cursor(cursor: str) -> WorklistPosition:
    """Raises ValueError."""
    parts = _CURSOR.fullmatch(cursor)
    try:
        if parts:
            return WorklistPosition(float.fromhex(parts[1]), UUID(hex=parts[2]))
    except (ValueError, OverflowError):
        pass
    raise ValueError(f"{cursor[:80]!r} is no cursor; send the cursor of the page before, or none")


def _format_cursor(last: OpenShipment) -> str:
    return f"{last.probability.hex()}_{last.prediction_id.hex}"
