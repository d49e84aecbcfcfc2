"""Coordinates, split dates, marks, delays and order numbers: the same from files, databases and requests."""

import json
from datetime import date, time

import numpy as np
import openpyxl
import pandas as pd
import pytest

from adapters import database_tables, files, tabular
from delay_core import parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.request_parsing import RequestParser
from delay_core.validation import ShipmentValidator
from support.database_tables import put_postgres, put_sqlite

TEXT = """
name: parcels
version: 1
source: {timezone: Europe/Berlin}
prediction_point: {order_by: number, stage: order}
label: {late_column: delayed, late: [R], on_time_column: in time, on_time: [G]}
key: code
derived: {km: {haversine: [origin, goal]}, wait: {days: [left, loaded]}, packing: {days: [packed, left]}}
split_dates:
  left: {year: year, month: month, day: day, time: hhmm}
  loaded: {date: load date, time: load time}
  packed: {year: year, month: month, day: day, time: pack hhmm}
columns:
  number: {role: numeric}
  code: {role: identifier}
  origin: {role: coordinates, axis_order: lat_lon, nullable: true}
  goal: {role: coordinates, axis_order: lon_lat}
  year: {role: ignored}
  month: {role: ignored}
  day: {role: ignored}
  hhmm: {role: ignored, null_tokens: ["", "-1", "9999"]}
  left: {role: timestamp}
  load date: {role: ignored}
  load time: {role: ignored}
  loaded: {role: timestamp, nullable: true}
  pack hhmm: {role: numeric, nullable: true, sentinels: {unknown: -1, open: 9999}}
  packed: {role: timestamp, nullable: true}
  delayed: {role: label, nullable: true}
  in time: {role: label, nullable: true}
  minutes: {role: numeric, nullable: true, available_at: delivered}
"""
MARKS = parse_schema(TEXT, "marks.yaml")
DELAY = parse_schema(
    TEXT.replace(
        "late_column: delayed, late: [R], on_time_column: in time, on_time: [G]", "delay: minutes, unit: minutes"
    )
    .replace("  delayed: {role: label, nullable: true}\n", "")
    .replace("  in time: {role: label, nullable: true}\n", ""),
    "delay.yaml",
)
LEFT = {"year": 2024, "month": 7, "day": 31, "hhmm": 925}
LOADED = {"load date": date(2024, 7, 31), "load time": time(9, 25)}
POINTS = {"origin": "0,0", "goal": "0,0"}
PACKED = {"pack hhmm": 925.0}
PLAIN = {**POINTS, **LEFT, **LOADED, **PACKED, "delayed": None, "in time": None, "minutes": None}
CELLS = {
    "a": {"origin": "12.97,77.59", "goal": "77.59 12.97", "delayed": "R", "minutes": 5},
    "b": {"origin": "(12.97; 77.59)", "goal": "POINT(77.59 12.97)", "in time": "G", "minutes": -3},
    "c": {"origin": None, "goal": "[77.59, 12.97]", "minutes": 0.5},
    "d": {"origin": "91,0", "delayed": "R"},
    "e": {"origin": "here", "delayed": "R", "minutes": 0},
    "f": {"origin": "-0.0,0", "delayed": "R", "in time": "G", "minutes": 7},
    "g": {"origin": "1,2", "in time": "G", "minutes": 7, "number": 7.5},
    "h": {"hhmm": 5, "load time": time(23, 59, 30)},
    "i": {"hhmm": 2400, "load time": time(0)},
    "j": {"month": 2, "load date": None, "pack hhmm": None},
    "k": {"hhmm": 2575, "load time": None},
    "l": {"day": None},
    "m": {"month": 3, "hhmm": 230, "load date": None},
    "n": {"hhmm": -1},
    "o": {"hhmm": 9999},
    "p": {"pack hhmm": -1},
    "q": {"pack hhmm": 9999},
    "r": {"pack hhmm": 2575},
}
"""What is special in each row, by its code."""
ROWS = pd.DataFrame(
    [{"number": number, "code": code, **PLAIN, **cells} for number, (code, cells) in enumerate(CELLS.items(), 1)]
).astype({"minutes": float})
CODES = {
    "d": "out_of_range", "e": "not_coordinates", "f": "contradictory_label", "g": "not_whole_number", "j": "not_a_date",
    "k": "not_a_date", "l": "missing", "m": "skipped_hour", "n": "missing", "o": "missing", "r": "not_a_date",
}  # fmt: skip
LATE = {
    "marks": {"a": 1.0, "b": 0.0, "c": None, "h": None, "i": None, "p": None, "q": None},
    "delay": {"a": 1.0, "b": 0.0, "c": 1.0, "f": 1.0, "h": None, "i": None, "p": None, "q": None},
}
ORIGINS = {"a": "12.97,77.59", "b": "12.97,77.59", "c": None, "g": "1.0,2.0"}
USUAL = (np.datetime64("2024-07-31T07:25"), np.datetime64("2024-07-31T07:25"))
PACK_REASONS = {"p": "unknown", "q": "open"}
NAMES = ("code", "origin", "left", "loaded", "packed", "pack hhmm: why missing")
MOMENTS = {
    "h": (np.datetime64("2024-07-30T22:05"), np.datetime64("2024-07-31T21:59:30")),
    "i": (np.datetime64("2024-07-31T22:00"), np.datetime64("2024-07-30T22:00")),
}


def put(kind, folder):
    """The URL of a table with the rows."""
    path = folder / f"table.{kind}"
    match kind:
        case "csv":
            ROWS.to_csv(path, index=False)
        case "xlsx":
            book = openpyxl.Workbook()
            cells = ROWS.astype(object).where(ROWS.notna(), None)
            for row in (ROWS.columns, *cells.itertuples(index=False)):
                book.active.append([*row])
            book.save(path)
        case "parquet":
            ROWS.to_parquet(path)
        case "SQLite":
            return put_sqlite(ROWS, path, "columns_in_every_source")
        case "PostgreSQL":
            return put_postgres(ROWS, "columns_in_every_source")
    return str(path)


@pytest.fixture(scope="module", params=["csv", "xlsx", "parquet", "SQLite", "PostgreSQL"])
def table(request, tmp_path_factory):
    """The rows, written in one way and read again."""
    url = put(request.param, tmp_path_factory.mktemp(request.param))
    database = request.param in ("SQLite", "PostgreSQL")
    source = database_tables.ShipmentSource() if database else tabular.ShipmentSource(files.ByteSource())
    return pd.concat(source.chunks(url, MARKS), ignore_index=True)


def canonical(columns):
    """The origin, the three moments (None for none), and why one has no time, of each row, by its code."""
    rows = zip(*(columns[name] for name in NAMES), strict=True)
    return {
        code: (origin, left, loaded, None if np.isnat(packed) else packed, reason)
        for code, origin, left, loaded, packed, reason in rows
    }


def expected(code):
    reason = PACK_REASONS.get(code)
    return ORIGINS.get(code, "0.0,0.0"), *MOMENTS.get(code, USUAL), None if reason else USUAL[0], reason


@pytest.mark.parametrize("schema", [MARKS, DELAY], ids=LATE)
def test_a_row__has_the_same_values_and_outcome_or_code_from_every_source(table, schema):
    late = LATE["marks" if schema is MARKS else "delay"]
    result = ShipmentValidator(schema).validate(table)
    outcomes = result.accepted["late"].astype(object).where(result.accepted["late"].notna(), None)
    assert dict(zip(result.accepted["code"], outcomes, strict=True)) == late
    quarantined = zip(result.quarantined["row"], result.quarantined["codes"], strict=True)
    assert {json.loads(row)["code"]: code for row, code in quarantined} == {
        code: CODES[code] for code in CELLS if code not in late
    }
    columns = to_arrays(result.accepted, NAMES)
    assert canonical(columns) == {code: expected(code) for code in late}
    assert set(result.accepted["goal"]) == {"12.97,77.59", "0.0,0.0"}


def test_a_request__has_the_same_values_or_code_as_a_row_of_every_source(table):
    parser = RequestParser(MARKS)
    names = ["number", "code", *POINTS, *LEFT, *LOADED, *PACKED]
    for record in table[names].astype(object).replace({np.nan: None, "": None}).to_dict("records"):
        code = record["code"]
        if code in CODES and code not in ("f", "g"):  # a request has no outcome, and its order is not read
            with pytest.raises(ShipmentValidationError) as raised:
                parser.parse([record])
            assert {str(violation.code) for violation in raised.value.violations} == {CODES[code]}
        else:
            assert canonical(parser.parse([record]).columns) == {code: expected(code)}
