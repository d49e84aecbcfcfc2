"""Dates that a table writes in several columns: composed, then read as any other, in tables and in requests."""

from datetime import time

import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.errors import SchemaError, ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.schema import breaking_changes, example_shipment, lenient_json_schema, request_json_schema
from delay_core.validation import ShipmentValidator

TEXT = """\
name: flights
version: 1
source: {timezone: America/New_York, date_formats: ["%d/%m/%Y"]}
prediction_point: {column: planned, stage: order}
label: {actual: left, promised: planned, tolerance: PT15M}
split_dates:
  planned: {year: YEAR, month: MONTH, day: DAY, time: PLANNED}
  left: {year: YEAR, month: MONTH, day: DAY, hour: LEFT_HOUR, minute: LEFT_MINUTE}
columns:
  planned: {role: timestamp}
  left: {role: timestamp, nullable: true, available_at: delivered}
  YEAR: {role: ignored}
  MONTH: {role: ignored, aliases: [Mon]}
  DAY: {role: ignored}
  PLANNED: {role: ignored}
  LEFT_HOUR: {role: ignored, available_at: delivered}
  LEFT_MINUTE: {role: ignored, available_at: delivered}
  distance: {role: numeric}
"""
SCHEMA = parse_schema(TEXT, "flights.yaml")
ROW = {"YEAR": "2024", "Mon": "1", "DAY": "31", "PLANNED": "925", "distance": 5}
LEFT = {"LEFT_HOUR": "9", "LEFT_MINUTE": "45"}


def read_both(changes):
    """The planned moment in UTC, or the reasons against it, as a table and a request have it."""
    record = ROW | changes
    result = ShipmentValidator(SCHEMA, request=True).validate(pd.DataFrame([record], dtype=object))
    try:
        in_request = pd.Timestamp(RequestParser(SCHEMA).parse([record]).columns["planned"][0])
    except ShipmentValidationError as error:
        in_request = "; ".join(map(str, error.violations))
    if isinstance(in_request, str):
        in_table = result.quarantined["reasons"].iloc[0]
        return in_table if in_table == in_request else "other reasons"
    assert result.accepted["planned"].dt.tz_localize(None).tolist() == [in_request]
    return in_request


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        *[(text, "2024-01-31 14:25") for text in ("925", "0925", "9:25", "09:25:00", 925, 925.0, "925.0", time(9, 25))],
        ("5", "2024-01-31 05:05"),
        ("0", "2024-01-31 05:00"),
        ("2400", "2024-02-01 05:00"),
    ],
)
def test_a_split_date__is_one_moment_however_its_time_is_written(written, moment):
    assert read_both({"PLANNED": written}) == pd.Timestamp(moment)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"Mon": "13"},
            "planned: 'MONTH 13' is not a date; expected year of four digits, month 1 to 12, day 1 to 31, time as 925,",
        ),
        ({"Mon": "13", "PLANNED": "2575"}, "planned: 'MONTH 13, PLANNED 2575' is not a date"),
        ({"Mon": 2}, "planned: 'YEAR 2024, MONTH 2, DAY 31, PLANNED 925' is not a date"),
        ({"PLANNED": "2575"}, "PLANNED 2575' is not a date"),
        ({"PLANNED": "2401"}, "PLANNED 2401' is not a date"),
        ({"YEAR": "24"}, "'YEAR 24' is not"),
        ({"DAY": True}, "DAY True"),
        ({"DAY": [1]}, "DAY [1]"),
        ({"YEAR": ""}, "planned: missing"),
        ({"Mon": 3, "DAY": 10, "PLANNED": 230}, "'2024-03-10T02:30:00' does not occur in America/New_York"),
    ],
)
def test_bad_parts__are_named(changes, reason):
    assert reason in read_both(changes)


def test_split_dates__are_promise_and_outcome_of_a_table():
    rows = [ROW | LEFT, ROW | LEFT | {"LEFT_MINUTE": 30}, ROW | {"LEFT_HOUR": "", "LEFT_MINUTE": ""}]
    result = ShipmentValidator(SCHEMA).validate(pd.DataFrame(rows, dtype=object))
    assert result.accepted["late"].tolist()[:2] == [1, 0]
    assert result.accepted["late"].isna().tolist() == [False, False, True]


def test_a_request__lacks_the_parts_by_their_names():
    with pytest.raises(ShipmentValidationError) as refused:
        RequestParser(SCHEMA).parse([{"YEAR": 2024, "DAY": 1, "distance": 1}])
    assert [(violation.field, violation.code) for violation in refused.value.violations] == [
        ("MONTH", "missing"),
        ("PLANNED", "missing"),
    ]


def test_the_document_of_a_request__has_the_parts_in_place_of_the_date():
    for document in (request_json_schema(SCHEMA), lenient_json_schema(SCHEMA)):
        assert not {"planned", "left"} & set(document["properties"])
        assert document["required"] == ["YEAR", "MONTH", "DAY", "PLANNED", "distance"]
    assert request_json_schema(SCHEMA)["properties"]["PLANNED"]["description"] == (
        "Allowed: as 925, 0925 or 9:25. Use: time of planned."
    )
    assert len(RequestParser(SCHEMA).parse([example_shipment(SCHEMA)])) == 1


def test_other_parts__are_a_breaking_change():
    new = parse_schema(TEXT.replace("time: PLANNED", "hour: PLANNED"), "flights.yaml")
    assert breaking_changes(SCHEMA, SCHEMA) == []
    parts = "YEAR, MONTH, DAY, PLANNED"
    assert breaking_changes(SCHEMA, new) == [f"planned: is {parts} now, and was {parts}"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            "year: YEAR, month: MONTH, day: DAY, time",
            "month: MONTH, day: DAY, time",
            "split_dates.planned.year: this",
        ),
        ("time: PLANNED", "times: PLANNED", "split_dates.planned.times: no such key in the schema language; did you"),
        ("time: PLANNED", "time: PLANED", "split_dates.planned.time: no column 'PLANED'; did you mean 'PLANNED'?"),
        ("time: PLANNED", "time: zzz", "split_dates.planned.time: no column 'zzz'; declare it in columns"),
        ("time: PLANNED", "time: PLANNED, hour: DAY", "split_dates.planned: time holds hour and minute together"),
        ("time: PLANNED", "minute: PLANNED", "split_dates.planned: minute needs the column of the hour; add hour"),
        ("time: PLANNED", "time: DAY", "split_dates.planned: 'DAY' is two parts; name a column of its own for each"),
        ("time: PLANNED", "time: left", "split_dates.planned.time: 'left' is composed of other columns itself; name"),
        ("  left: {year", "  gone: {year", "split_dates.gone: no column 'gone'; declare it in columns, with the role"),
        ("  left: {year", "  distance: {year", "split_dates.distance: column 'distance' has role numeric; it must be"),
        ("planned: {role: timestamp}", "planned: {role: timestamp, aliases: [p]}", "columns.planned: no file has this"),
        ("DAY: {role: ignored}", "DAY: {role: ignored, pii: true}", "split_dates.planned.day: column 'DAY' is pii and"),
        (
            "LEFT_HOUR: {role: ignored, available_at: delivered}",
            "LEFT_HOUR: {role: numeric}",
            "split_dates.left.hour: 'LEFT_HOUR' is known at delivered, as 'left' is; set its available_at, or the role",
        ),
    ],
)
def test_a_mistake_in_split_dates__has_the_file_the_key_and_what_would_be_right(old, new, line):
    assert old in TEXT
    with pytest.raises(SchemaError) as raised:
        parse_schema(TEXT.replace(old, new, 1), "flights.yaml")
    assert any(mistake.startswith(f"flights.yaml: {line}") for mistake in str(raised.value).split("\n"))
