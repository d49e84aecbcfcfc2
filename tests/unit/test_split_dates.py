"""Dates that a table writes in several columns: composed, then read as any other, in tables and in requests."""

from datetime import date, time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.schema import breaking_changes, example_shipment, lenient_json_schema, request_json_schema
from delay_core.validation import ShipmentValidator
from support.split_date_mistakes import FLIGHTS

TEXT = FLIGHTS
SCHEMA = parse_schema(TEXT, "flights.yaml")
ROW = {"YEAR": "2024", "Mon": "1", "DAY": "31", "PLANNED": "925", "distance": 5}
LEFT = {"LEFT_HOUR": "9", "LEFT_MINUTE": "45"}


def read_both(changes, schema=SCHEMA):
    """The planned moment in UTC, or the reasons against it, as a table and a request have it."""
    record = ROW | changes
    result = ShipmentValidator(schema, request=True).validate(pd.DataFrame([record], dtype=object))
    try:
        in_request = pd.Timestamp(RequestParser(schema).parse([record]).columns["planned"][0])
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
        *[(text, "2024-01-31 14:25:30.500000") for text in ("9:25:30.5", time(9, 25, 30, 500_000))],
        *[(text, "2024-02-01 02:25") for text in ("9:25 PM", "09:25pm")],
        *[(text, "2024-01-31 05:05") for text in ("5", "12:05 AM")],
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
        ({"PLANNED": "13:05 PM"}, "PLANNED 13:05 PM' is not a date"),
        ({"YEAR": 9999, "Mon": 12, "PLANNED": 2400}, "'YEAR 9999, MONTH 12, DAY 31, PLANNED 2400' is not a date"),
        ({"YEAR": "24"}, "'YEAR 24' is not"),
        ({"DAY": True}, "DAY True"),
        ({"DAY": [1]}, "DAY [1]"),
        ({"YEAR": ""}, "planned: missing"),
        ({"Mon": 3, "DAY": 10, "PLANNED": 230}, "'2024-03-10T02:30:00' does not occur in America/New_York"),
    ],
)
def test_bad_parts__are_named(changes, reason):
    assert reason in read_both(changes)


DATED_TEXT = FLIGHTS.replace("year: YEAR, month: MONTH, day: DAY, time", "date: DAY, time")
DATED = parse_schema(DATED_TEXT, "flights.yaml")


@pytest.mark.parametrize("day", ["31/01/2024", date(2024, 1, 31), pd.Timestamp("2024-01-31")])
def test_a_date_and_a_time_of_day__are_one_moment(day):
    assert read_both({"DAY": day, "PLANNED": "9:25"}, DATED) == pd.Timestamp("2024-01-31 14:25")


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2024-01-31", "planned: 'DAY 2024-01-31' is not a date; expected date a day as %d/%m/%Y, time as 925,"),
        (pd.Timestamp("2024-01-31 08:00"), "'DAY 2024-01-31 08:00:00' is not"),
        (pd.Timestamp("2024-01-31", tz="UTC"), "'DAY 2024-01-31 00:00:00+00:00' is not"),
        ("30/02/2024", "'DAY 30/02/2024' is not"),
        ("", "planned: missing"),
    ],
)
def test_a_date_of_a_split_date__is_a_day_in_the_formats_of_the_schema(day, reason):
    assert reason in read_both({"DAY": day}, DATED)


def test_the_example_of_a_date_and_a_time__is_accepted():
    assert request_json_schema(DATED)["properties"]["DAY"]["description"] == (
        "Allowed: a day as %d/%m/%Y. Use: date of planned."
    )
    for form in ("%d/%m/%Y", "ISO8601", "excel", "%d.%m.%Y %H:%M"):
        schema = parse_schema(DATED_TEXT.replace('"%d/%m/%Y"', f'"{form}"'), "flights.yaml")
        example = example_shipment(schema)
        assert RequestParser(schema).parse([example]).columns["planned"] == [np.datetime64("2024-06-03T12:30")]


def test_requests_of_one_batch__keep_their_own_split_dates():
    later = ROW | {"PLANNED": "1000"}
    batch = RequestParser(SCHEMA).parse_batch([[ROW, later], [{"YEAR": 2024}], [later]])
    moments = ["2024-01-31T14:25", "2024-01-31T15:00", "2024-01-31T15:00"]
    assert sorted(batch.shipments.columns["planned"]) == [np.datetime64(moment) for moment in moments]
    assert [isinstance(result, slice) for result in batch.results] == [True, False, True]


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


CELLS = (
    st.none()
    | st.booleans()
    | st.integers(-1, 2500)
    | st.floats(0, 100)
    | st.text(max_size=6)
    | st.sampled_from(["2024", "1", "31/01/2024", "9:25", "24:00", "٣", "1e3", "²", "31/01/0000"])
    | st.times()
    | st.times(timezones=st.timezones())
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
    | st.lists(st.integers(), max_size=2)
)


@given(
    schema=st.sampled_from([SCHEMA, DATED]),
    parts=st.fixed_dictionaries(dict.fromkeys(ROW.keys() - {"distance"}, CELLS)),
)
def test_any_parts__are_one_moment_or_the_same_violations_in_tables_and_requests(schema, parts):
    moment = read_both(parts, schema)
    assert isinstance(moment, pd.Timestamp) or moment.startswith(("planned: ", "YEAR: ", "MONTH: ", "DAY: "))
