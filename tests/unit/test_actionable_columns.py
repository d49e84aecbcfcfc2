"""Actionable columns: those that change a prediction, and that a planner can change before the delivery."""

import pytest

from delay_core import ShipmentSchema, load_schema, parse_schema
from delay_core.errors import SchemaError
from delay_core.schema.actionable import actionable_columns

TEXT = """\
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late, known_after: P2D}
key: parcel
calendar: [{column: ready, parts: [hour]}]
split_dates: {ready: {date: ready day, hour: ready hour}}
columns:
  sent: {role: timestamp, available_at: dispatch}
  parcel: {role: identifier}
  weight: {role: numeric, unit: kg}
  mode: {role: categorical}
  note: {role: ignored}
  driver: {role: ignored, pii: true}
  seal: {role: categorical, available_at: in_transit}
  ready: {role: timestamp}
  ready day: {role: ignored}
  ready hour: {role: ignored}
  late: {role: label, available_at: delivered}
"""


def marked(*names):
    text = TEXT
    for name in names:
        assert f"  {name}: {{" in text
        text = text.replace(f"  {name}: {{", f"  {name}: {{actionable: true, ")
    return text


def test_columns_of_features_and_parts_of_dates__may_be_actionable():
    schema = parse_schema(marked("weight", "mode", "ready hour"), "parcels.yaml")
    assert actionable_columns(schema, schema) == {"weight", "mode", "ready hour"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("parcel", "another key is another shipment; remove actionable"),
        ("note", "no prediction depends on it"),
        ("driver", "no prediction depends on it"),
        ("seal", "no prediction depends on it"),
        ("late", "no prediction depends on it"),
        ("ready", "no request has this column; mark the columns of its parts: ready day, ready hour"),
    ],
)
def test_other_columns__are_refused_with_the_reason(name, reason):
    with pytest.raises(SchemaError) as refusal:
        parse_schema(marked(name), "parcels.yaml")
    assert f"columns.{name}.actionable: {reason}" in str(refusal.value)


def test_marks__are_no_part_of_digest_and_bundle():
    plain, with_marks = parse_schema(TEXT, "parcels.yaml"), parse_schema(marked("weight"), "parcels.yaml")
    assert (with_marks.digest, with_marks.content) == (plain.digest, plain.content)


@pytest.mark.parametrize(
    ("name", "digest", "actionable"),
    [
        ("smart_logistics", "8d03e7f7ff9b3f44", {"Waiting_Time", "Asset_Utilization"}),
        ("scms", "a502a303b7a8d037", {"Shipment Mode", "Scheduled Delivery Date"}),
    ],
)
def test_built_in_schemas__have_the_digest_of_registered_models(name, digest, actionable):
    schema = load_schema(name)
    assert schema.digest[:16] == digest
    assert actionable_columns(schema, schema) == actionable


def test_marks__apply_to_a_registered_model_of_the_same_schema():
    configured = load_schema("smart_logistics")
    served = ShipmentSchema.model_validate(configured.content)
    assert not any(column.actionable for column in served.columns.values())
    assert actionable_columns(served, configured) == {"Waiting_Time", "Asset_Utilization"}
    assert actionable_columns(served, load_schema("scms")) == frozenset()
