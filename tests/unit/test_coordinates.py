"""Columns with latitude and longitude in one text: spellings, ranges, distances, and requests like tables."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from delay_core import FeatureEncoder, parse_schema
from delay_core.coordinates import join_coordinates, split_coordinates
from delay_core.errors import ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.parsing import parse_coordinates
from delay_core.request_parsing import RequestParser
from delay_core.schema import (
    breaking_changes,
    example_shipment,
    lenient_json_schema,
    request_fields,
    request_json_schema,
)
from delay_core.validation import ShipmentValidator

TEXT = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: was late}
derived:
  km: {haversine: [origin, destination]}
  km in numbers: {haversine: [origin, to latitude, to longitude]}
columns:
  sent: {role: timestamp}
  origin: {role: coordinates, axis_order: lat_lon, aliases: [start]}
  destination: {role: coordinates, axis_order: lon_lat, nullable: true, null_tokens: ["", "0,0"]}
  to latitude: {role: numeric, nullable: true}
  to longitude: {role: numeric, nullable: true}
  was late: {role: label, available_at: delivered}
"""
SCHEMA = parse_schema(TEXT, "parcels.yaml")
COMMA = parse_schema(TEXT.replace("version: 1", 'version: 1\nsource: {decimal: ",", thousands: "."}'), "comma.yaml")
ROW = {
    "sent": "2024-05-01",
    "origin": "12.97,77.59",
    "destination": "POINT(77.59 12.97)",
    "to latitude": 12.97,
    "to longitude": 77.59,
}


def validate(schema, *changes):
    rows = [{**ROW, "was late": 0, **change} for change in changes]
    return ShipmentValidator(schema).validate(pd.DataFrame(rows, dtype=object))


@pytest.mark.parametrize(
    "text",
    [
        "12.97,77.59", "12.97, 77.59", " 12.97 ,77.59 ", "12.97;77.59", "(12.97; 77.59)", "( 12.97 , 77.59 )",
        "[12.97, 77.59]", "12.97 77.59", "12.970,+77.59", "POINT(12.97 77.59)", "point (12.97  77.59)",
        "SRID=4326;POINT(12.97 77.59)", "1.297e1,7.759E+1", "\u00a012.97,\t77.59",
    ],
)  # fmt: skip
def test_a_point__has_one_canonical_text_in_all_spellings(text):
    assert validate(SCHEMA, {"origin": text}).accepted["origin"].tolist() == ["12.97,77.59"]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("12,97; 77,59", "12.97,77.59"), ("12,97 77,59", "12.97,77.59"), ("(12,97, 77,59)", "12.97,77.59"),
     ("POINT(12.97 77.59)", "12.97,77.59"), ("-12;77", "-12.0,77.0")],
)  # fmt: skip
def test_a_point__has_the_decimal_sign_of_the_source(text, canonical):
    values = {"origin": text, "destination": None}
    assert validate(COMMA, values).accepted["origin"].tolist() == [canonical]


@pytest.mark.parametrize(("schema", "value"), [
    (SCHEMA, "12.97"), (SCHEMA, "12.97,77.59,3"), (SCHEMA, "12,97;77,59"), (SCHEMA, "(12.97,77.59"),
    (SCHEMA, "(12.97,77.59]"), (SCHEMA, "nan,nan"), (SCHEMA, "inf 1"), (SCHEMA, "1_2,3"), (SCHEMA, "\u0661,\u0662"),
    (SCHEMA, "12.97N,77.59E"), (SCHEMA, "POINT(12.97,77.59)"), (SCHEMA, "POINT Z(1 2 3)"), (SCHEMA, "POINT EMPTY"),
    (SCHEMA, "SRID=3857;POINT(1 2)"), (SCHEMA, "here"), (SCHEMA, ","), (SCHEMA, 12.97), (SCHEMA, True),
    (SCHEMA, [12.97, 77.59]), (SCHEMA, {"lat": 12.97}), (COMMA, "12,97"), (COMMA, "12.97,77.59"), (COMMA, "1.000;2"),
])  # fmt: skip
def test_any_other_value__is_quarantined(schema, value):
    result = validate(schema, {"origin": value, "destination": None})
    assert result.quarantined["codes"].tolist() == ["not_coordinates"]


def test_a_violation__says_what_is_expected():
    result = validate(COMMA, {"origin": "here", "destination": "there"})
    assert [str(violation) for violation in result.violations] == [
        "origin: 'here' is not a pair of coordinates; expected latitude and longitude, as in 52,52; 13,405",
        "destination: 'there' is not a pair of coordinates; expected longitude and latitude, as in 13,405; 52,52",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"origin": "-122.4,37.8"}, "origin: -122.4 is out of range; allowed is -90 to 90 degrees of latitude"),
        ({"origin": "12.97,180.5"}, "origin: 180.5 is out of range; allowed is -180 to 180 degrees of longitude"),
        ({"origin": "91,181"}, "origin: 91 is out of range; allowed is -90 to 90 degrees of latitude"),
        ({"destination": "1,-91"}, "destination: -91 is out of range; allowed is -90 to 90 degrees of latitude"),
        ({"origin": "1e999,0"}, "origin: inf is out of range; allowed is -90 to 90 degrees of latitude"),
        ({"origin": ""}, "origin: missing; it must have a value"),
    ],
)  # fmt: skip
def test_points_that_are_none__are_quarantined_with_one_violation(change, message):
    assert [str(violation) for violation in validate(SCHEMA, change).violations] == [message]


@pytest.mark.parametrize("text", ["90,180", "-90,-180", "-0.0,0.0"])
def test_the_poles_and_the_date_line__are_within_range(text):
    assert validate(SCHEMA, {"origin": text}).counts.accepted == 1


def test_a_distance__is_the_same_from_coordinates_and_from_numbers():
    rows = [{"destination": "80.27 13.08", "to latitude": 13.08, "to longitude": 80.27}, {}]
    accepted = validate(SCHEMA, *rows, {"destination": "0,0", "to latitude": None}).accepted
    encoder = FeatureEncoder.fit(SCHEMA, to_arrays(accepted, accepted.columns))
    matrix = encoder.encode_table(accepted)
    km, is_missing = (matrix[:, encoder.names.index(name)] for name in ("km", "km is missing"))
    assert km[0] == pytest.approx(290.2, abs=0.5)
    assert km[1] == 0
    assert is_missing.tolist() == [0, 0, 1]
    assert km.tolist() == matrix[:, encoder.names.index("km in numbers")].tolist()
    assert set(encoder.sources) == {"to latitude", "to longitude", "km", "km in numbers"}
    assert FeatureEncoder.from_json(encoder.to_json()).encode_table(accepted).tolist() == matrix.tolist()


RECORDS = [
    ROW,
    {**ROW, "origin": "(12.97 77.59)", "destination": None},
    {**ROW, "destination": "0,0"},
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_request__is_read_like_a_table(record):
    Draft202012Validator(request_json_schema(SCHEMA)).validate(record)
    Draft202012Validator(lenient_json_schema(SCHEMA)).validate(record)
    shipments = RequestParser(SCHEMA).parse([record])
    accepted = validate(SCHEMA, record).accepted
    for name in ("origin", "destination"):
        assert shipments.columns[name].tolist() == accepted[name].tolist()
    assert shipments.ids == accepted["shipment_id"].tolist()


@pytest.mark.parametrize("value", ["12.97", "91,0", None, 7, [12.97, 77.59], {"a": {"b": 1}}])
def test_a_request__is_refused_with_the_code_of_validation(value):
    with pytest.raises(ShipmentValidationError) as raised:
        RequestParser(SCHEMA).parse([{**ROW, "origin": value}])
    [violation] = raised.value.violations
    assert violation.code == validate(SCHEMA, {"origin": value}).violations[0].code


@pytest.mark.parametrize("schema", [SCHEMA, COMMA])
def test_the_example__is_accepted_and_has_a_format(schema):
    shipment = example_shipment(schema)
    assert len(RequestParser(schema).parse([shipment])) == 1
    Draft202012Validator(request_json_schema(schema)).validate(shipment)
    document = request_json_schema(schema)["properties"]["destination"]
    assert document["format"] == "coordinates"
    assert document["type"] == ["string", "null"]
    assert document["description"] == (
        "Longitude and latitude in degrees, also in brackets or as POINT(…). Use: derived: km."
    )
    allowed = {field.name: field.allowed for field in request_fields(schema)}
    assert allowed["origin"] == f"latitude and longitude in degrees, as in {shipment['origin']}"


def test_another_axis_order__breaks_requests():
    swapped = parse_schema(TEXT.replace("axis_order: lat_lon", "axis_order: lon_lat"), "swapped.yaml")
    assert breaking_changes(SCHEMA, swapped) == [
        "origin: has longitude and latitude now, and had latitude and longitude"
    ]
    assert breaking_changes(SCHEMA, SCHEMA) == []


ANGLE = st.floats(-180, 180)


@given(st.lists(st.tuples(ANGLE, ANGLE), max_size=5))
@example([(-0.0, 1e-300)])
def test_canonical_texts__hold_the_numbers(points):
    latitudes, longitudes = np.array(points, dtype=np.float64).reshape(-1, 2).T
    texts = join_coordinates(latitudes, longitudes)
    for parsed, expected in zip(split_coordinates(texts), (latitudes, longitudes), strict=True):
        assert parsed.tolist() == expected.tolist()
    reread = parse_coordinates(texts, np.zeros(len(texts), dtype=bool), ".", "lat_lon")
    assert reread[0].tolist() == latitudes.tolist()
    assert not reread[2].any()


@given(st.one_of(st.text(), st.floats(), st.none(), st.binary(), st.text("0123456789.,;() []-POINT", max_size=20)))
def test_any_value__is_a_canonical_text_or_a_violation(value):
    result = SCHEMA.role("origin").check(np.array([value], dtype=object), required=True)
    assert bool(result.broken_rules) or split_coordinates(result.canonical)[0].size == 1
