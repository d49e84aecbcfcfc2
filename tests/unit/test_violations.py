"""Violations: each code has a message, made from its parameters alone, and is documented."""

import re
from pathlib import Path

import pytest

from delay_core.violations import Rule, Violation, ViolationCode, format_value, unknown_field

EXAMPLES = {
    ViolationCode.MISSING: ({}, "missing; it must have a value"),
    ViolationCode.NOT_A_NUMBER: ({"value": "'x'"}, "'x' is not a number"),
    ViolationCode.NOT_WHOLE_NUMBER: ({"value": "1.5"}, "1.5 is not a whole number of at most 15 digits"),
    ViolationCode.NOT_A_DATE: (
        {"value": "'soon'", "formats": ("ISO8601", "%d/%m/%Y")},
        "'soon' is not a date; expected ISO8601 or %d/%m/%Y",
    ),
    ViolationCode.REPEATED_HOUR: (
        {"value": "'2024-10-27 02:10'", "timezone": "Europe/Paris"},
        "'2024-10-27 02:10' occurs twice in Europe/Paris, where the clocks repeat this hour; add the offset, or set "
        "source.repeated_hour to first or second",
    ),
    ViolationCode.SKIPPED_HOUR: (
        {"value": "'2024-03-31 02:10'", "timezone": "Europe/Paris"},
        "'2024-03-31 02:10' does not occur in Europe/Paris, where the clocks skip this hour; correct it, or set "
        "source.skipped_hour to shift_forward",
    ),
    ViolationCode.NOT_COORDINATES: (
        {"value": "'here'", "axes": "latitude and longitude", "example": "52.52,13.405"},
        "'here' is not a pair of coordinates; expected latitude and longitude, as in 52.52,13.405",
    ),
    ViolationCode.NOT_A_LABEL: (
        {"value": "2", "late": (), "on_time": ()},
        "2 is not a label; allowed are 0 and 1",
    ),
    ViolationCode.CONTRADICTORY_OUTCOME: (
        {"row": 3, "late": False},
        "row 3 says that the shipment was on time; a correction has a known_at of its own, or is in another table",
    ),
    ViolationCode.CONTRADICTORY_LABEL: (
        {"other": "on time"},
        "marks the shipment, and so does 'on time'; it is either late or on time",
    ),
    ViolationCode.NOT_TEXT: ({"value": "[3]"}, "[3] is not text"),
    ViolationCode.INEXACT_NUMBER: (
        {"value": "9.4e+21"},
        "9.4e+21 is a number of more than 15 digits, and only the first are exact; write it as text",
    ),
    ViolationCode.OUT_OF_RANGE: (
        {"value": 140.0, "minimum": 0.0, "maximum": 100.0, "unit": "%"},
        "140 is out of range; allowed is 0 to 100 %",
    ),
    ViolationCode.UNKNOWN_CATEGORY: ({"value": "'rail'", "allowed": ("air", "sea")}, "'rail' is not one of air, sea"),
    ViolationCode.REPEATED_KEY: ({}, "an earlier row has this key too; a key must be unique"),
    ViolationCode.NO_MATCH: ({"table": "c.csv"}, "no row of c.csv has this key; add the row there"),
    ViolationCode.AMBIGUOUS_MATCH: ({"table": "c.csv"}, "several rows of c.csv have this key; one is expected"),
    ViolationCode.UNREADABLE_ROW: ({"reason": "line 3: 2 fields"}, "line 3: 2 fields"),
    ViolationCode.EXCLUDED: ({}, "the schema excludes shipments with this value (exclude_where)"),
    ViolationCode.NO_SHIPMENTS: ({}, "no shipment given; at least one is needed"),
    ViolationCode.UNKNOWN_FIELD: (
        {"name": "latitud", "allowed": ("Latitude",)},
        "unknown field; did you mean Latitude?",
    ),
    ViolationCode.DUPLICATE_FIELD: ({}, "given twice, under its name or an alias"),
    ViolationCode.NESTED_VALUE: ({}, "a field that is ignored may hold text, a number, true, false or null"),
    ViolationCode.UNKNOWN_PREDICTION: ({}, "there is no such prediction of a shipment"),
    ViolationCode.WRONG_TYPE: ({"expected": "an object", "received": "a list"}, "must be an object, not a list"),
    ViolationCode.INVALID_VALUE: ({"reason": "must be positive"}, "must be positive"),
    ViolationCode.IN_THE_FUTURE: ({}, "lies in the future; an outcome is known by now"),
}


@pytest.mark.parametrize("code", ViolationCode)
def test_a_message__is_made_from_code_and_parameters(code):
    params, message = EXAMPLES[code]
    assert Violation("f", code, params).message() == message
    assert str(Violation("f", code, params)) == f"f: {message}"
    assert str(Violation(None, code, params)) == message


def test_codes__are_all_in_the_documentation():
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z_]+)` \|", text.split("## Errors")[1].split("\n## ")[0], re.MULTILINE) == [
        code.value for code in ViolationCode
    ]


def test_rules__are_named_by_field_and_code():
    assert str(Rule("id", ViolationCode.REPEATED_KEY)) == "id: repeated key"
    assert str(Rule("mode", ViolationCode.UNKNOWN_CATEGORY)) == "mode: not an allowed category"
    assert str(Rule(None, ViolationCode.UNREADABLE_ROW)) == "row: cannot be cut into columns"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("latitud", "unknown field; did you mean Latitude or Longitude?"),
        ("TEMPERATURE", "unknown field; did you mean Temperature?"),
        ('it\'s "hot"', "unknown field; allowed are Latitude, Longitude, Temperature"),
        ("\ud800", "unknown field; allowed are Latitude, Longitude, Temperature"),
    ],
)
def test_an_unknown_field__names_the_similar_fields_else_the_allowed_ones(name, message):
    violation = unknown_field(name, ("Latitude", "Longitude", "Temperature"))
    assert (violation.field, violation.message()) == (name, message)


def test_lists_of_allowed_values__are_bounded():
    many = [f"c{number}" for number in range(1000)]
    assert (
        Violation("f", ViolationCode.UNKNOWN_CATEGORY, {"value": "'x'", "allowed": many})
        .message()
        .endswith("c18, c19 and 980 more")
    )
    assert unknown_field("zzz", many).message().endswith("c18, c19 and 980 more")


def test_a_value__is_cut():
    assert format_value("x" * 1000) == "'" + "x" * 59


@pytest.mark.parametrize(
    ("limits", "allowed"),
    [
        ({"minimum": 0.0, "maximum": 100000.0, "unit": "item"}, "0 to 100000 (item)"),
        ({"minimum": -90.0, "maximum": 90.0, "unit": "degree"}, "-90 to 90 (degree)"),
        ({"minimum": 1.0, "maximum": None, "unit": "kg"}, "at least 1 kg"),
        ({"minimum": None, "maximum": 12.0, "unit": None}, "at most 12"),
    ],
)
def test_limits__read_as_a_sentence_whatever_their_unit(limits, allowed):
    message = Violation("stock", ViolationCode.OUT_OF_RANGE, {"value": -200000.0, **limits}).message()
    assert message == f"-200000 is out of range; allowed is {allowed}"


def test_dates_and_open_limits__are_shown_as_they_are_written():
    params = {"value": "1999-12-31T00:00:00", "minimum": "2000-01-01", "maximum": None}
    assert Violation("sent", ViolationCode.OUT_OF_RANGE, params).message() == (
        "1999-12-31T00:00:00 is out of range; allowed is from 2000-01-01"
    )
    words = {"value": "'Perhaps'", "late": ("Delayed", "Lost"), "on_time": ("On time",)}
    assert Violation("state", ViolationCode.NOT_A_LABEL, words).message() == (
        "'Perhaps' is not a label; late are Delayed, Lost, on time are On time"
    )
