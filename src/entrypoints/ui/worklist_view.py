"""What the worklist shows: which shipments, in which order, and the plan in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from math import inf

from entrypoints.api.schemas import CoordinateFields, ShipmentState, Worklist, WorklistItem
from entrypoints.ui.amounts import NO_CURRENCY, format_amount, format_interval, format_probability
from entrypoints.ui.links import WorklistSort, WorklistUrl
from entrypoints.ui.plain_text import shorten
from entrypoints.ui.queries import WorklistQuery
from entrypoints.ui.times import format_time

MAX_REASONS = 3
TABLE_REASONS = 2
"""A cell has room for these; the selected shipment shows more."""
STATE_LABELS: dict[ShipmentState, str] = {
    "open": "open",
    "acknowledged": "acknowledged",
    "acting": "acting",
    "dismissed": "dismissed",
    "resolved": "resolved",
}
SORT_LABELS: dict[WorklistSort, str] = {
    "saving": "Expected saving",
    "probability": "Probability",
    "due": "Due date",
    "shipment": "Shipment",
}


def query_of(url: WorklistUrl) -> WorklistQuery:
    """The request for what the URL describes."""
    return WorklistQuery(
        capacity=url.capacity,
        limit=url.limit,
        state=url.state,
        label_set=url.label_set,
        min_probability=url.at_least / 100 if url.at_least else None,
        shipment_id=url.shipment_id or None,
        explain=True,
    )


def sort_items(items: Sequence[WorklistItem], sort: WorklistSort) -> list[WorklistItem]:
    """The items in this order; the API's order is that of the saving. Items without a due date are the last ones."""

    def key(item: WorklistItem) -> tuple[float, str]:
        match sort:
            case "probability":
                return -item.probability, item.shipment_id
            case "due":
                return item.due_at.timestamp() if item.due_at else inf, item.shipment_id
        return 0, item.shipment_id

    return list(items) if sort == "saving" else sorted(items, key=key)


def filter_count(url: WorklistUrl) -> int:
    """How many filters are in use."""
    default = WorklistUrl()
    return sum(
        getattr(url, name) != getattr(default, name) for name in ("state", "label_set", "at_least", "shipment_id")
    )


@dataclass(frozen=True)
class PlanFigure:
    """A figure about the plan: plain text."""

    label: str
    value: str
    detail: str


def plan_figures(worklist: Worklist) -> tuple[PlanFigure, PlanFigure]:
    """What the plan saves compared with acting on none, and compared with the order of due dates."""
    plan, currency = worklist.plan, worklist.currency
    more = plan.by_saving.value - plan.by_due_date.value
    return (
        PlanFigure(_plan_label(plan.shipments), _headline(plan.by_saving.value, currency), _plan_detail(worklist)),
        PlanFigure(
            "More than in the order of due dates",
            _headline(more, currency),
            f"by due date: {format_amount(plan.by_due_date.value, currency)} "
            f"({format_interval(plan.by_due_date, currency)})"
            f"{_DUE_DATES_COST if plan.by_due_date.value < 0 else ''}",
        ),
    )


_DUE_DATES_COST = ". That order acts on shipments for which waiting costs less: it costs more than it saves"


def _plan_label(shipments: int) -> str:
    match shipments:
        case 0:
            return "No shipment is worth acting on"
        case 1:
            return "Acting on this 1 shipment saves"
    return f"Acting on these {shipments} shipments saves"


def _plan_detail(worklist: Worklist) -> str:
    plan = worklist.plan
    if plan.shipments == 0:
        return f"acting pays above {format_probability(worklist.act_above)}: no shipment of the list is as likely late"
    is_short = plan.shipments < min(plan.capacity, worklist.total)
    others = ". Acting on the others costs more than waiting" if is_short else ""
    return f"compared with acting on none; {format_interval(plan.by_saving, worklist.currency)}{others}"


def _headline(amount: float, currency: str | None) -> str:
    """The amount in large letters, which have no room for the unit where there is no currency: the detail has it."""
    return format_amount(amount, currency).removesuffix(f" {NO_CURRENCY}")


def plan_ids(worklist: Worklist) -> frozenset[str]:
    """The shipments of the plan: the first ones in the order of saving."""
    return frozenset(item.shipment_id for item in worklist.items[: worklist.plan.shipments])


def top_reasons(item: WorklistItem, count: int = MAX_REASONS) -> str:
    """The strongest reasons in words, as plain text."""
    return "; ".join(shorten(reason.text) for reason in item.reasons[:count])


def table_columns(worklist: Worklist, items: Sequence[WorklistItem], zone: tzinfo) -> dict[str, list[object]]:
    """The table of the page, by column. Numbers stay numbers, so that the table can sort and draw them."""
    plan = plan_ids(worklist)
    columns: dict[str, list[object]] = {
        "Plan": ["act" if item.shipment_id in plan else "" for item in items],
        "Late": [100 * item.probability for item in items],
        "Saving": [item.expected_saving for item in items],
        "Shipment": [shorten(item.shipment_id) for item in items],
        "Due": [format_time(item.due_at, zone) if item.due_at else "" for item in items],
        "Label set": [item.label_set or "" for item in items],
        "Why": [top_reasons(item, TABLE_REASONS) for item in items],
        "State": [STATE_LABELS[item.state] for item in items],
        "Predicted for": [format_time(item.point, zone) if item.point else "" for item in items],
    }
    return {name: cells for name, cells in columns.items() if name not in _MAY_BE_EMPTY or any(cells)}


_MAY_BE_EMPTY = ("Due", "Label set", "Predicted for")
"""Columns that are left out if no shipment has a value."""
_WIDTHS = {"Plan": 46, "Late": 84, "Saving": 80, "Shipment": 100, "Due": 104, "Label set": 84, "State": 112}
_SELECTION_WIDTH, _DESKTOP_WIDTH = 33, 820
"""Of the column that selects a row, and of the whole table in a window of 1280 pixels."""


def column_widths(names: Iterable[str]) -> dict[str, int]:
    """Widths in pixels: all columns up to the state are visible in a window of 1280, the reasons have what is left."""
    widths = {name: _WIDTHS[name] for name in names if name in _WIDTHS}
    return widths | {"Why": _DESKTOP_WIDTH - _SELECTION_WIDTH - sum(widths.values())}


def describe_item(item: WorklistItem, currency: str | None, zone: tzinfo) -> str:
    """The item in one line of plain text."""
    parts = [
        f"{format_probability(item.probability)} late",
        *([item.label_set] if item.label_set else []),
        f"saves {format_amount(item.expected_saving, currency)}",
        *([f"due {format_time(item.due_at, zone)}"] if item.due_at else []),
        STATE_LABELS[item.state],
    ]
    return " · ".join(parts)


@dataclass(frozen=True)
class MapPoint:
    """A shipment on the map, in degrees."""

    shipment_id: str
    latitude: float
    longitude: float
    probability: float
    label_set: str


def map_points(items: Sequence[WorklistItem], fields: CoordinateFields | None) -> list[MapPoint]:
    """The shipments that have coordinates."""
    points: list[MapPoint] = []
    if fields is None:
        return points
    for item in items:
        latitude, longitude = (_degrees(item.shipment.get(name)) for name in (fields.latitude, fields.longitude))
        if latitude is not None and longitude is not None:
            label_set = item.label_set or "unknown"
            points.append(MapPoint(shorten(item.shipment_id), latitude, longitude, item.probability, label_set))
    return points


def _degrees(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
