"""Responses of the API for tests of the user interface: small, complete, of a made-up schema."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from entrypoints.api.schemas import (
    ActionKind,
    CalibrationPoint,
    Health,
    LoggedPrediction,
    Metadata,
    Models,
    Monitoring,
    MonitoringWindow,
    PredictionList,
    ProbabilityBand,
    Reason,
    RecordedAction,
    Reliability,
    ReliabilityWeek,
    SchemaDescription,
    SchemaField,
    WhatIf,
    WhatIfState,
    Worklist,
    WorklistItem,
)
from entrypoints.api.schemas.models import GateDecision, VersionSummary
from entrypoints.api.schemas.shipment_schema import CoordinateFields, SourceDescription
from entrypoints.api.schemas.worklist import ExpectedSaving, WorklistPlan

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DIGEST = "a" * 64


def prediction_id(number: int) -> UUID:
    return UUID(int=number)


def field(name: str, role: str = "numeric", **values: Any) -> SchemaField:
    return SchemaField.model_validate(
        {
            "name": name,
            "role": role,
            "type": {"numeric": "number", "timestamp": "time"}.get(role, "text"),
            "required": True,
            "description": "",
            "unit": None,
            "earliest": None,
            "latest": None,
            "date_format": "ISO8601" if role == "timestamp" else None,
            "other_categories": False,
            "minimum": None,
            "maximum": None,
            "categories": [],
            "allowed": "a number" if role == "numeric" else "a text",
            "use": "a feature of the model",
            "status": "used",
            "aliases": [],
            "actionable": False,
            "example": 1.0 if role == "numeric" else "a",
            **values,
        }
    )


def parcels() -> SchemaDescription:
    """Parcels: two fields that a planner can change, coordinates, one ignored field."""
    fields = [
        field("parcel", "identifier", use="the key", status="kept", example="P-1"),
        field("ready_at", "timestamp", use="the prediction point", example="2026-03-02T09:00:00Z", allowed="a time"),
        field("carrier", "categorical", categories=["road", "rail", "air"], actionable=True, example="road"),
        field("load", unit="kg", minimum=0.0, maximum=500.0, actionable=True, example=120.0),
        field("wait", unit="min", minimum=0.0, example=30.0),
        field("lat", unit="°", minimum=-90.0, maximum=90.0, example=48.1),
        field("lon", unit="°", minimum=-180.0, maximum=180.0, example=11.6),
        field("remark", "ignored", required=False, status="ignored", use="ignored", example=None),
    ]
    return SchemaDescription(
        name="parcels",
        digest=DIGEST,
        description="Parcels of a made-up company.",
        late_means="arrived after the promised time",
        prediction_point="ready_at",
        key=["parcel"],
        fields=fields,
        example={item.name: item.example for item in fields if item.required},
        source=SourceDescription(
            delimiter=",",
            encoding="utf-8",
            quote='"',
            sheet=None,
            header_row=None,
            date_formats=["ISO8601"],
            timezone="UTC",
            decimal=".",
            thousands=None,
            null_tokens=[""],
        ),
        coordinates=CoordinateFields(latitude="lat", longitude="lon", axis_order=None),
        costs={"missed_delay": 100.0, "needless_action": 20.0, "currency": "EUR"},
        coverage=0.9,
        max_shipments=10_000,
    )


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


def what_if_state(probability: float) -> WhatIfState:
    points = reasons()
    base = probability - sum(reason.points for reason in points) / 100
    return WhatIfState(
        probability=probability,
        base_probability=base,
        label_set="late" if probability > 0.7 else "cannot tell",
        prediction=int(probability > 0.2),
        cost_of_acting=20.0,
        cost_of_waiting=100 * probability,
        reasons=points,
    )


def what_if(current: float = 0.78, changed: float | None = None) -> WhatIf:
    return WhatIf(
        model_name="parcels_delay",
        model_version=3,
        currency="EUR",
        act_above=0.2,
        current=what_if_state(current),
        changed=None if changed is None else what_if_state(changed),
    )


def logged_prediction(number: int, shipment_id: str = "P-1", **values: Any) -> LoggedPrediction:
    """The newest one is number 1."""
    return LoggedPrediction.model_validate(
        {
            "prediction_id": prediction_id(number),
            "predicted_at": NOW - timedelta(hours=number),
            "request_data": worklist_item(1).shipment | {"parcel": shipment_id},
            "model_name": "parcels_delay",
            "model_version": 3,
            "bundle_digest": DIGEST,
            "schema_digest": DIGEST,
            "shipment_id": shipment_id,
            "point": NOW - timedelta(hours=6),
            "probability": 0.78 - 0.05 * (number - 1),
            "late": True,
            "error": None,
            "request_id": f"request-{number}",
            "client": "planner",
            "superseded_by": None,
            "outcome": None,
            **values,
        }
    )


def predictions(count: int = 3, **values: Any) -> PredictionList:
    return PredictionList(
        predictions=[logged_prediction(number, **values) for number in range(1, count + 1)], next_cursor=None
    )


def bands(outcomes: int, late_too: float = 0.0) -> list[ProbabilityBand]:
    """Ten bands, each with so many outcomes; the share that came late is what was predicted, and `late_too` more."""
    ten = []
    for number in range(10):
        share = min(1.0, max(0.0, number / 10 + 0.05 + late_too))
        half_width = 0.8 * outcomes**-0.5 if outcomes else 1.0
        values = {"low": number / 10, "high": (number + 1) / 10, "predictions": outcomes, "late_share": share}
        interval = {"late_share_low": max(0.0, share - half_width), "late_share_high": min(1.0, share + half_width)}
        ten.append(ProbabilityBand(mean_probability=number / 10 + 0.05, **values, **interval))
    return ten


def reliability(weekly_outcomes: int = 40, **values: Any) -> Reliability:
    weeks = [
        ReliabilityWeek(
            week_start=datetime(2026, 3, 2, tzinfo=UTC) - timedelta(weeks=week),
            predictions=12 * weekly_outcomes,
            known_outcomes=10 * weekly_outcomes,
            acted_on=week,
            bands=bands(weekly_outcomes, late_too=0.01 * week),
        )
        for week in range(3)
    ]
    together = {"weeks": weeks, "bands": bands(3 * weekly_outcomes, late_too=0.01)}
    return Reliability.model_validate({"model_name": "parcels_delay", **together, **values})


def models() -> Models:
    return Models(
        model_name="parcels_delay",
        alias="production",
        serving_version=3,
        serving_since=NOW - timedelta(days=2),
        versions=[
            VersionSummary(version=version, digest=DIGEST, run_id=f"run-{version}", serves=version == 3)
            for version in (3, 2, 1)
        ],
        decisions=[
            GateDecision(action="promoted", version=3, replaced=2, trigger="gate", reasons=["it saves more"], notes=[])
        ],
        calibration=[
            CalibrationPoint(rows=100, mean_probability=share, late_share=share + 0.02) for share in (0.1, 0.4, 0.8)
        ],
        card="# parcels_delay\n\nIt predicts late parcels.",
    )


def metadata() -> Metadata:
    return Metadata(
        model_name="parcels_delay",
        model_version=3,
        model_uri="models:/parcels_delay/3",
        run_id="run-3",
        parameters={"model": "random_forest"},
        metrics={"roc_auc": 0.81},
        metrics_intervals={"roc_auc": {"value": 0.81, "low": 0.78, "high": 0.84}},
        baseline_intervals={"roc_auc": {"value": 0.5, "low": 0.5, "high": 0.5}},
        schema="parcels",
        schema_digest=DIGEST,
        bundle_digest=DIGEST,
        features=["carrier", "load", "wait"],
    )


def monitoring(*windows: MonitoringWindow) -> Monitoring:
    return Monitoring(model_name="parcels_delay", windows=list(windows))


def monitoring_window(number: int, **values: Any) -> MonitoringWindow:
    """A day of monitoring; the newest one is number 1."""

    def figures(late_rate: float) -> dict[str, Any]:
        estimates = {"late_rate": late_rate, "roc_auc": 0.8}
        return {
            "rows": 200,
            "late": 50,
            "figures": {name: {"value": it, "low": it - 0.05, "high": it + 0.05} for name, it in estimates.items()},
        }

    columns = [{"column": "wait", "status": "drifted"}, {"column": "load", "status": "stable"}]
    return MonitoringWindow.model_validate(
        {
            "model_version": 3,
            "window_start": NOW - timedelta(days=number),
            "window_end": NOW - timedelta(days=number - 1),
            "as_of": NOW,
            "rows": 210,
            "sampled_rows": 210,
            "severity": "watch",
            "reasons": [{"code": "columns_drifted", "params": {}, "text": "columns differ from the training: wait"}],
            "evidence": 0.8,
            "known_outcomes": 200,
            "change_point": None,
            "changed": False,
            "drift": {"columns": columns, "dataset_share": 0.5},
            "performance": {
                "realized": figures(0.25) if number > 2 else None,
                "estimated": figures(0.24),
                "not_estimated": None,
            },
            **values,
        }
    )


def health(*, model_loaded: bool = True) -> Health:
    return Health(
        status="ok" if model_loaded else "unavailable",
        model_loaded=model_loaded,
        model_version=3 if model_loaded else None,
        dependencies={},
    )
