"""GET /schema: parcels of a made-up company."""

from typing import Any

from entrypoints.api.schemas import SchemaDescription, SchemaField
from entrypoints.api.schemas.shipment_schema import CoordinateFields, SourceDescription
from support.ui_samples.shared_values import DIGEST


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
