"""GET /worklist and the actions of planners."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from entrypoints.api.schemas import ActionKind, Reason, RecordedAction, Worklist, WorklistItem
from entrypoints.api.schemas.worklist import ExpectedSaving, WorklistPlan
from support.ui_samples.shared_values import NOW, prediction_id


def reasons() -> list[Reason]:
    return [
        Reason(feature="wait", points=21.0, text="wait is 95 min: +21 points"),
        Reason(feature="carrier", points=9.5, text="carrier is road: +9.5 points"),
        Reason(feature="load", points=-2.5, text="load is 120 kg: -2.5 points"),
    ]


def action(shipment_id: str, kind: ActionKind, number: int, **values: Any) -> RecordedAction:
    return RecordedAction.model_validate(
        {
            "action_id": UUID(int=10_000 + number),
            "shipment_id": shipment_id,
            "kind": kind,
            "actor": "Ann",
            "at": NOW + timedelta(minutes=number),
            "reason": None,
            "note": None,
            **values,
        }
    )


def worklist_item(number: int, **values: Any) -> WorklistItem:
    """The item of rank `number`, from 1: the first ones are the most probable."""
    probability = max(0.02, 0.9 - 0.06 * (number - 1))
    return WorklistItem.model_validate(
        {
            "shipment_id": f"P-{number}",
            "prediction_id": prediction_id(number),
            "predicted_at": NOW - timedelta(minutes=number),
            "point": NOW - timedelta(hours=number),
            "due_at": NOW + timedelta(hours=24 - number),
            "model_version": 3,
            "probability": probability,
            "prediction": int(probability > 0.2),
            "label_set": "late" if probability > 0.7 else "cannot tell" if probability > 0.3 else "on time",
            "expected_saving": 100 * probability - 20,
            "state": "open",
            "last_action": None,
            "shipment": {
                "parcel": f"P-{number}",
                "ready_at": "2026-03-02T09:00:00Z",
                "carrier": "road",
                "load": 120.0,
                "wait": 95.0,
                "lat": 48.1 + number / 100,
                "lon": 11.6 + number / 100,
            },
            "reasons": [reason.model_dump() for reason in reasons()],
            **values,
        }
    )


def worklist(items: list[WorklistItem] | None = None, capacity: int = 10, **values: Any) -> Worklist:
    items = [worklist_item(number) for number in range(1, 13)] if items is None else items
    chosen = [item.expected_saving for item in items[:capacity]]
    saving, due = sum(chosen), 0.6 * sum(chosen)
    return Worklist.model_validate(
        {
            "as_of": NOW,
            "model_name": "parcels_delay",
            "model_version": 3,
            "currency": "EUR",
            "act_above": 0.2,
            "total": len(items),
            "plan": WorklistPlan(
                capacity=capacity,
                shipments=len(chosen),
                by_saving=ExpectedSaving(value=saving, low=0.7 * saving, high=1.2 * saving),
                by_due_date=ExpectedSaving(value=due, low=0.5 * due, high=1.4 * due),
            ),
            "items": items,
            "next_cursor": None,
            **values,
        }
    )
