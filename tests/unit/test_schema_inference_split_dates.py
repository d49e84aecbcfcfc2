"""Dates in several columns: drafted where headers and values both say so."""

import numpy as np
import pandas as pd
import pytest

from delay_core.validation import ShipmentValidator
from support.inferred_schemas import infer, parse

ORDERED = pd.date_range("2024-01-05 00:05", periods=60, freq="29h7min")
DAYS = {"day": ORDERED.day, "month": ORDERED.month, "year": ORDERED.year}
HHMM = ORDERED.hour * 100 + ORDERED.minute


def draft(columns):
    """The split dates of the draft of a table with these columns, and its prediction point."""
    late = np.resize(["yes", "no", "no"], len(ORDERED))
    table = {name: list(map(str, values)) for name, values in (columns | {"late": late}).items()}
    text = infer(table)
    if "column: '???', stage" in text:
        return {}, None
    schema = parse(text)
    result = ShipmentValidator(schema).validate(pd.DataFrame(table, dtype=object))
    assert result.broken_rules == {}
    parts = {name: split.parts for name, split in schema.split_dates.items()}
    return parts, schema.prediction_point.column


@pytest.mark.parametrize(
    ("columns", "name", "parts"),
    [
        (DAYS, "date", {}),
        (DAYS | {"hhmm": HHMM}, "date and time", {"time": "hhmm"}),
        (DAYS | {"hour": ORDERED.hour, "min": ORDERED.minute}, "date and time", {"hour": "hour", "minute": "min"}),
        (DAYS | {"SCHEDULED_DEPARTURE": HHMM, "SCHEDULED_ARRIVAL": HHMM[::-1]}, "scheduled departure date and time",
         {"time": "SCHEDULED_DEPARTURE"}),
        (DAYS | {"DepTime": HHMM[::-1], "CRSDepTime": HHMM}, "crs dep date and time", {"time": "CRSDepTime"}),
        (DAYS | {"DepTime": HHMM, "PickupTime": HHMM[::-1]}, "date", {}),
        (DAYS | {"distance": 7 * np.arange(60)}, "date", {}),
        (DAYS | {"time": ORDERED.strftime("%I:%M %p")}, "date and time", {"time": "time"}),
    ],
)  # fmt: skip
def test_year_month_and_day__are_a_date_with_the_time_that_fits_best(columns, name, parts):
    assert draft(columns) == ({name: {"year": "year", "month": "month", "day": "day"} | parts}, name)


def test_a_date_column_and_a_time_of_day__are_one_moment():
    columns = {"Order_Date": ORDERED.strftime("%d-%m-%Y"), "Order_Time": ORDERED.strftime("%H:%M:%S")}
    parts = {"date": "Order_Date", "time": "Order_Time"}
    assert draft(columns) == ({"order date and time": parts}, "order date and time")


MIDNIGHT = ORDERED.strftime("%m/%d/%Y 12:00:00 AM")
ARRIVALS = {"DEP_TIME": HHMM[::-1], "CRS_ARR_TIME": HHMM, "ARR_TIME": HHMM}


@pytest.mark.parametrize(
    ("columns", "day", "clock"),
    [
        ({"FL_DATE": MIDNIGHT, "CRS_DEP_TIME": HHMM}, "FL_DATE", "CRS_DEP_TIME"),
        ({"FL_DATE": MIDNIGHT, "CRS_DEP_TIME": HHMM} | ARRIVALS, "FL_DATE", "CRS_DEP_TIME"),
        ({"FlightDate": ORDERED.strftime("%Y-%m-%d"), "pickup_time": HHMM}, "FlightDate", "pickup_time"),
        ({"departure date": MIDNIGHT, "due date": MIDNIGHT[::-1], "scheduled departure time": HHMM}, "departure date",
         "scheduled departure time"),
        ({"order date": MIDNIGHT, "pickup time": HHMM}, None, None),
        ({"contract date": MIDNIGHT, "due date": MIDNIGHT, "pickup time": HHMM}, None, None),
        ({"FL_DATE": MIDNIGHT, "DEP_TIME": HHMM, "PICKUP_TIME": HHMM[::-1]}, None, None),
        ({"FL_DATE": MIDNIGHT, "CUTOFF_TIME": HHMM}, None, None),
    ],
)  # fmt: skip
def test_the_only_date__has_the_time_of_the_order_or_the_departure(columns, day, clock):
    dates, _ = draft(columns)
    assert list(dates.values()) == ([{"date": day, "time": clock}] if day else [])


def test_several_split_dates__have_the_rest_of_their_headers_as_names():
    promised = ORDERED + pd.Timedelta(days=3)
    columns = {
        f"{event} {part}": getattr(moment, part)
        for event, moment in (("order", ORDERED), ("promised", promised))
        for part in ("year", "month", "day")
    }
    dates, point = draft(columns)
    assert (list(dates), point) == (["order date", "promised date"], "order date")


@pytest.mark.parametrize(
    "changes",
    [
        {"month": ORDERED.month_name()},
        {"month": ORDERED.month + 12},
        {"year": ORDERED.year - 2000},
        {"day": ORDERED.day + 31},
        {"year": ORDERED.year + 500},
    ],
)
def test_values_that_are_no_date__are_not_drafted(changes):
    assert draft(DAYS | changes) == ({}, None)


@pytest.mark.parametrize(
    "known",
    [
        {"ordered_at": ORDERED.strftime("%Y-%m-%d %H:%M")},
        {"Order Date": ORDERED.strftime("%Y-%m-%d"), "Order Time": ORDERED.strftime("%H:%M")},
    ],
)
def test_parts_of_a_date_that_the_table_has__are_its_calendar_and_no_second_date(known):
    dates, point = draft(DAYS | known)
    assert len(dates) == len(known) - 1
    assert point in ("ordered_at", "order date and time")


def test_equal_split_dates__are_all_kept():
    columns = {f"{event} {part}": values for event in ("order", "promised") for part, values in DAYS.items()}
    assert draft(columns)[0].keys() == {"order date", "promised date"}


def test_a_placeholder_in_a_part__is_its_null_token_and_the_date_is_missing():
    clocks = np.where(np.arange(len(ORDERED)) < 2, -1, HHMM)
    table = {name: list(values) for name, values in (DAYS | {"hhmm": clocks, "late": HHMM % 2}).items()}
    schema = parse(infer(table))
    assert schema.null_tokens("hhmm") == ("", "-1")
    broken = ShipmentValidator(schema).validate(pd.DataFrame(table, dtype=object)).broken_rules
    assert {(rule.field, str(rule.code)): rows for rule, rows in broken.items()} == {("date and time", "missing"): 2}
