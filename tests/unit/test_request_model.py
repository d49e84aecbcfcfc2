"""One shipment as a prediction request: its fields for people, its JSON Schema for programs."""

import pandas as pd
import pytest
import yaml

from delay_core import load_schema, parse_schema
from delay_core.schema import FieldStatus, RequestField, request_fields, request_json_schema
from delay_core.schema.fields import column_uses
from delay_core.validation import ShipmentValidator

TEXT = """\
name: parcels
version: 1
description: One row for each parcel.
source: {date_formats: [ISO8601, "%d.%m.%Y"], timezone: Europe/Paris}
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
key: parcel
group: shipment
exclude_where: [{column: state, equals: [cancelled, test]}]
calendar: [{column: sent, parts: [hour, month]}]
derived: {allowed: {days: [sent, promised]}, density: {ratio: [weight, volume]}}
columns:
  parcel: {role: identifier, nullable: true, aliases: [Parcel No, parcel_id]}
  shipment: {role: identifier}
  sent: {role: timestamp, available_at: dispatch}
  promised: {role: timestamp, earliest: 2020-01-01, latest: 2030-06-30T12:00}
  invoiced: {role: timestamp}
  weight: {role: numeric, unit: kg, minimum: 0, maximum: 1000000, description: Weighed when packed.}
  volume: {role: numeric, unit: m³, nullable: true, sentinels: {not measured: n/k, crate: "See*"}}
  value: {role: numeric, minimum: 0.5, nullable: true}
  mode: {role: categorical, categories: [air, sea], unseen: refuse, nullable: true}
  carrier: {role: categorical, categories: [A, B]}
  note: {role: categorical, nullable: true}
  state: {role: ignored}
  driver: {role: ignored, pii: true}
  status: {role: categorical, available_at: delivered}
  late: {role: label, available_at: delivered}
"""
SCHEMA = parse_schema(TEXT, "parcels.yaml")
FIELDS = {field.name: field for field in request_fields(SCHEMA)}
MODEL = request_json_schema(SCHEMA)
SHIPMENT = MODEL["properties"]


def other(**changes):
    return parse_schema(yaml.safe_dump({**yaml.safe_load(TEXT), **changes}), "parcels.yaml")


def test_fields__are_the_columns_in_order_without_personal_data():
    assert list(FIELDS) == [name for name in SCHEMA.columns if name != "driver"]
    assert list(SHIPMENT) == list(FIELDS)


def test_field__has_type_requirement_limits_and_use():
    assert FIELDS["weight"] == RequestField("weight", "number", True, "0 to 1000000 kg", "feature; derived: density")
    assert FIELDS["sent"] == RequestField(
        "sent",
        "time",
        True,
        "ISO8601 or %d.%m.%Y",
        "prediction point; calendar: hour, month; derived: allowed",
    )
    assert FIELDS["mode"] == RequestField("mode", "text", False, "air, sea", "feature")


def test_limits__are_described():
    assert {name: field.allowed for name, field in FIELDS.items()} == {
        "parcel": "any text",
        "shipment": "any text",
        "sent": "ISO8601 or %d.%m.%Y",
        "promised": "ISO8601 or %d.%m.%Y, 2020-01-01 to 2030-06-30 12:00",
        "invoiced": "ISO8601 or %d.%m.%Y",
        "weight": "0 to 1000000 kg",
        "volume": "any number (m³)",
        "value": "at least 0.5",
        "mode": "air, sea",
        "carrier": "known values A, B; others share a bucket",
        "note": "any text",
        "state": "any text",
        "status": "any text",
        "late": "0, 1",
    }


def test_categories__are_abbreviated_in_descriptions_only():
    names = [f"c{i}" for i in range(20)]
    columns = yaml.safe_load(TEXT)["columns"] | {
        "mode": {"role": "categorical", "categories": names, "unseen": "refuse"}
    }
    wide = other(columns=columns)
    allowed = next(field.allowed for field in request_fields(wide) if field.name == "mode")
    assert allowed.endswith("c11 and 8 more")
    assert request_json_schema(wide)["properties"]["mode"]["enum"] == names


def test_uses__are_described():
    assert {name: field.use for name, field in FIELDS.items()} == {
        "parcel": "key",
        "shipment": "kept",
        "sent": "prediction point; calendar: hour, month; derived: allowed",
        "promised": "derived: allowed",
        "invoiced": "ignored: not used",
        "weight": "feature; derived: density",
        "volume": "feature; derived: density",
        "value": "feature",
        "mode": "feature",
        "carrier": "feature",
        "note": "feature",
        "state": "exclusion: cancelled, test",
        "status": "ignored: known at delivered",
        "late": "ignored: known at delivered",
    }


def test_uses__include_label_and_personal_data():
    uses = column_uses(SCHEMA)
    assert list(uses) == list(SCHEMA.columns)
    assert (uses["driver"], uses["late"], uses["weight"]) == ("dropped: pii", "label", FIELDS["weight"].use)


def test_required__are_needed_columns_that_are_not_nullable():
    assert MODEL["required"] == ["parcel", "sent", "promised", "weight", "carrier"]
    assert MODEL["required"] == [name for name, field in FIELDS.items() if field.required]


def test_model__forbids_other_fields_and_has_the_schemas_name():
    assert (MODEL["title"], MODEL["type"], MODEL["additionalProperties"]) == ("parcels", "object", False)
    assert MODEL["description"] == "One row for each parcel."
    assert "driver" not in SHIPMENT


def test_number__has_limits_and_unit():
    assert SHIPMENT["weight"] == {
        "type": "number",
        "minimum": 0,
        "maximum": 1000000,
        "x-unit": "kg",
        "description": "Weighed when packed. Use: feature; derived: density.",
    }


def test_nullable_column__accepts_null():
    assert SHIPMENT["value"] == {"type": ["number", "null"], "minimum": 0.5, "description": "Use: feature."}
    assert SHIPMENT["note"]["type"] == ["string", "null"]
    assert SHIPMENT["parcel"]["type"] == "string", "a key never is missing"


def test_number_with_sentinels__accepts_text():
    assert SHIPMENT["volume"]["type"] == ["number", "string", "null"]
    assert "Missing, and why: n/k (not measured), See* (crate)." in SHIPMENT["volume"]["description"]


def test_timestamp__describes_formats_zone_and_limits():
    assert SHIPMENT["promised"] == {
        "type": "string",
        "format": "date-time",
        "description": "Written as ISO8601 or %d.%m.%Y, in Europe/Paris where no offset is named; "
        "2020-01-01 to 2030-06-30 12:00. Use: derived: allowed.",
    }


@pytest.mark.parametrize(
    ("formats", "expected"),
    [
        (["epoch_ms"], {"type": "number"}),
        (["%d.%m.%Y"], {"type": "string"}),
        (["ISO8601", "excel"], {"type": ["string", "number"], "format": "date-time"}),
    ],
)
def test_timestamp__with_other_formats_does_not_claim_iso_8601(formats, expected):
    schema = request_json_schema(other(source={"date_formats": formats}))["properties"]["sent"]
    assert {key: schema[key] for key in schema if key != "description"} == expected


def test_categories__are_an_enum_only_if_others_are_refused():
    assert SHIPMENT["mode"]["enum"] == ["air", "sea", None]
    assert SHIPMENT["carrier"]["examples"] == ["A", "B"]
    assert "enum" not in SHIPMENT["carrier"]


def test_unavailable_column__accepts_any_value_and_is_marked():
    late = "known at delivered, after the prediction point: accepted and ignored."
    assert SHIPMENT["status"] == SHIPMENT["late"] == {"description": late, "deprecated": True}
    assert SHIPMENT["invoiced"] == {"description": "not used: accepted and ignored.", "deprecated": True}
    assert [name for name, shape in SHIPMENT.items() if "deprecated" in shape] == ["invoiced", "status", "late"]


def test_excluding_column__describes_the_excluded_rows():
    assert SHIPMENT["state"] == {"description": "Use: exclusion: cancelled, test."}


def test_aliases__are_listed():
    assert SHIPMENT["parcel"]["x-aliases"] == ["Parcel No", "parcel_id"]


def test_label__lists_its_values():
    columns = yaml.safe_load(TEXT)["columns"] | {"late": {"role": "label"}}
    worded = other(label={"column": "late", "late": ["no"], "on_time": ["yes", "early"]}, columns=columns)
    assert RequestField(
        "late", "text", False, "no, yes, early", "ignored: the label", FieldStatus.IGNORED
    ) in request_fields(worded)
    assert request_json_schema(worded)["properties"]["late"]["description"] == "the label: accepted and ignored."


def test_built_in_schema__requires_the_columns_of_validation():
    schema = load_schema("smart_logistics")
    model = request_json_schema(schema)
    shipment = dict.fromkeys(model["required"], 1) | {"Timestamp": "2024-01-01", "Traffic_Status": "Clear"}

    def accepted(values):
        table = pd.DataFrame([values], dtype=object)
        return ShipmentValidator(schema, request=True).validate(table).counts.accepted == 1

    assert accepted(shipment)
    assert accepted(shipment | dict.fromkeys(set(model["properties"]) - set(model["required"])))
    for name in model["required"]:
        assert not accepted(shipment | {name: None}), name
