"""The violations of a request: all of them at once, each on its own field and shipment."""

import pandas as pd
import pytest

from delay_core import load_schema, parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.violations import ViolationCode as Code

SCHEMA = load_schema("smart_logistics")
SHIPMENT = {
    "Timestamp": "2024-03-01T08:00:00",
    "Latitude": 1,
    "Longitude": 1,
    "Inventory_Level": 1,
    "Temperature": 20,
    "Humidity": 50,
    "Traffic_Status": "Clear",
    "Waiting_Time": 1,
    "User_Transaction_Amount": 1,
    "User_Purchase_Frequency": 1,
    "Asset_Utilization": 1,
    "Demand_Forecast": 1,
}
PARCELS = parse_schema(
    """\
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late}
key: [order, line]
exclude_where: [{column: state, equals: [test]}]
columns:
  order: {role: identifier}
  line: {role: identifier}
  sent: {role: timestamp}
  "size: total, all": {role: numeric, minimum: 0, nullable: true}
  traffic: {role: categorical, categories: [heavy, clear], unseen: refuse}
  Humidity: {role: numeric, nullable: true}
  state: {role: ignored}
  driver: {role: ignored, pii: true}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
PARCEL = {"order": "o", "line": "1", "sent": "2024-01-01", "size: total, all": 1, "traffic": "clear", "Humidity": 3}


def violations(*records, schema=SCHEMA):
    with pytest.raises(ShipmentValidationError) as refused:
        RequestParser(schema).parse(records)
    return refused.value.violations


def summary(*records, schema=SCHEMA):
    return [(one.row, one.field, one.code) for one in violations(*records, schema=schema)]


def test_a_request__reports_all_kinds_of_violations_at_once():
    broken = {
        **{name: value for name, value in SHIPMENT.items() if name != "Latitude"},
        "Trafic_Status": "Clear",
        "Humidity": 140,
        "Timestamp": None,
        "Waiting Time": 3,
        "Shipment_Status": ["a"],
    }
    assert summary(broken, {**broken, "Temperature": "hot"}) == [
        (None, "Trafic_Status", Code.UNKNOWN_FIELD),
        (None, "Waiting_Time", Code.DUPLICATE_FIELD),
        (None, "Latitude", Code.MISSING),
        (1, "Shipment_Status", Code.NESTED_VALUE),
        (1, "Timestamp", Code.MISSING),
        (1, "Humidity", Code.OUT_OF_RANGE),
        (2, "Shipment_Status", Code.NESTED_VALUE),
        (2, "Timestamp", Code.MISSING),
        (2, "Temperature", Code.NOT_A_NUMBER),
        (2, "Humidity", Code.OUT_OF_RANGE),
    ]


def test_a_missing_field__is_named_once_where_every_shipment_lacks_it_else_with_its_shipment():
    lacking = {name: SHIPMENT[name] for name in list(SHIPMENT)[1:]}
    assert summary(lacking, lacking) == [(None, "Timestamp", Code.MISSING)]
    assert summary(SHIPMENT, lacking) == [(2, "Timestamp", Code.MISSING)]


@pytest.mark.parametrize("value", ["x; Humidity: y", "x; shipment 2: Humidity: missing", "'; unknown field 'a'"])
def test_a_value__is_never_read_as_a_message_about_another_field(value):
    [violation] = violations({**PARCEL, "traffic": value}, schema=PARCELS)
    assert (violation.row, violation.field, violation.code) == (1, "traffic", Code.UNKNOWN_CATEGORY)
    assert violation.message() == f"{value!r} is not one of heavy, clear"


def test_a_column_name__may_hold_the_signs_of_sentences():
    name = "size: total, all"
    assert summary({**PARCEL, name: -1}, schema=PARCELS) == [(1, name, Code.OUT_OF_RANGE)]


def test_keys_and_exclusions__name_their_shipment():
    excluded = {**PARCEL, "line": "2", "state": "test"}
    assert summary(PARCEL, PARCEL, excluded, schema=PARCELS) == [
        (2, "order/line", Code.REPEATED_KEY),
        (3, "state", Code.EXCLUDED),
    ]


def test_a_shipment_without_any_field__lacks_what_is_required():
    assert summary({}, schema=PARCELS) == [(None, name, Code.MISSING) for name in ("order", "line", "sent", "traffic")]
    assert summary() == [(None, None, Code.NO_SHIPMENTS)]


def test_personal_data__is_in_no_violation():
    person = "Ann Canary"
    broken = {**PARCEL, "driver": [person], "traffic": None, "state": {"x": person}, "order": None}
    assert person not in repr(violations(broken, {**PARCEL, "driver": person, "Humidity": "x"}, schema=PARCELS))


def test_values_and_unknown_names__are_cut():
    long = "x" * 100_000
    [category] = violations({**PARCEL, "traffic": long}, schema=PARCELS)
    [unknown] = violations({**PARCEL, long: 1}, schema=PARCELS)
    assert len(str(category)) < 120
    assert len(str(unknown)) < 250
    assert len(unknown.field) == 80


def test_the_text_of_an_error__is_bounded():
    error = ShipmentValidationError(
        violations(*[{**PARCEL, "line": str(i), "Humidity": "x"} for i in range(500)], schema=PARCELS)
    )
    assert len(error.violations) == 500
    assert str(error).endswith("; and 480 more")
    assert len(str(error)) < 2000


def test_a_table__reports_all_violations_too():
    table = pd.DataFrame([{**SHIPMENT, "Humidity": 140, "Colour": "red"}], dtype=object).drop(columns="Latitude")
    doubled = pd.concat([table, table[["Longitude"]]], axis=1)
    with pytest.raises(ShipmentValidationError) as refused:
        RequestParser(SCHEMA).parse_table(doubled)
    assert [(one.row, one.field, one.code) for one in refused.value.violations] == [
        (None, "Colour", Code.UNKNOWN_FIELD),
        (None, "Longitude", Code.DUPLICATE_FIELD),
        (None, "Latitude", Code.MISSING),
        (1, "Humidity", Code.OUT_OF_RANGE),
    ]


@pytest.mark.parametrize("records", [({}, {}), ({"x": 1}, {"x": 2}), ({"driver": "Ann"}, {"driver": "Ann"})])
def test_shipments_without_a_known_field__lack_their_fields_and_repeat_no_key(records):
    codes = {code for _, _, code in summary(*records, schema=PARCELS)}

    assert Code.MISSING in codes
    assert codes <= {Code.MISSING, Code.UNKNOWN_FIELD}
