"""Coordinates, marks, delays and order numbers: the same values and codes from files, a database and requests."""

import json
import sqlite3
from contextlib import closing

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest

from adapters.database_tables import ShipmentSource
from delay_core import parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.features import to_arrays
from delay_core.request_parsing import RequestParser
from delay_core.validation import ShipmentValidator

TEXT = """
name: parcels
version: 1
prediction_point: {order_by: number, stage: order}
label: {late_column: delayed, late: [R], on_time_column: in time, on_time: [G]}
key: code
derived: {km: {haversine: [origin, goal]}}
columns:
  number: {role: numeric}
  code: {role: identifier}
  origin: {role: coordinates, axis_order: lat_lon, nullable: true}
  goal: {role: coordinates, axis_order: lon_lat}
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
NAMES = ("number", "code", "origin", "goal", "delayed", "in time", "minutes")
ROWS = [
    (1, "a", "12.97,77.59", "77.59 12.97", "R", None, 5),
    (2, "b", "(12.97; 77.59)", "POINT(77.59 12.97)", None, "G", -3),
    (3, "c", None, "[77.59, 12.97]", None, None, 0.5),
    (4, "d", "91,0", "0,0", "R", None, None),
    (5, "e", "here", "0,0", "R", None, 0),
    (6, "f", "-0.0,0", "0,0", "R", "G", 7),
    (7.5, "g", "1,2", "0,0", None, "G", 7),
]
LATE = {
    "marks": ["1.0", "0.0", "nan", "out_of_range", "not_coordinates", "contradictory_label", "not_whole_number"],
    "delay": ["1.0", "0.0", "1.0", "out_of_range", "not_coordinates", "1.0", "not_whole_number"],
}
ORIGINS = {"a": "12.97,77.59", "b": "12.97,77.59", "c": None, "f": "0.0,0.0"}


def as_csv():
    return pd.DataFrame(ROWS, columns=NAMES).to_csv(index=False).encode()


def as_workbook():
    book = openpyxl.Workbook()
    for row in (NAMES, *ROWS):
        book.active.append(row)
    return book


def as_parquet():
    return pa.Table.from_pandas(pd.DataFrame(ROWS, columns=NAMES), preserve_index=False)


def from_sqlite(folder, schema):
    path = folder / "table.db"
    with closing(sqlite3.connect(path)) as connection:
        pd.DataFrame(ROWS, columns=NAMES).to_sql("parcels", connection, index=False)
    return pd.concat(ShipmentSource().chunks(f"sqlite:///{path}?table=parcels", schema), ignore_index=True)


@pytest.fixture
def table(request, read, tmp_path):
    """The rows, written in one way and read again."""
    content, name = {
        "csv": (as_csv, "t.csv"), "xlsx": (as_workbook, "t.xlsx"), "parquet": (as_parquet, "t.parquet"),
        "sqlite": (None, ""),
    }[request.param]  # fmt: skip
    return from_sqlite(tmp_path, MARKS) if content is None else read(content(), MARKS, name)


SOURCES = pytest.mark.parametrize("table", ["csv", "xlsx", "parquet", "sqlite"], indirect=True)


@SOURCES
def test_a_row__has_the_same_outcome_or_code_from_every_source(table):
    for schema, expected in ((MARKS, LATE["marks"]), (DELAY, LATE["delay"])):
        result = ShipmentValidator(schema).validate(table)
        late = dict(zip(result.accepted["code"], map(str, result.accepted["late"]), strict=True))
        codes = {
            json.loads(row)["code"]: code
            for row, code in zip(result.quarantined["row"], result.quarantined["codes"], strict=True)
        }
        assert [({**late, **codes})[row[1]] for row in ROWS] == expected


@SOURCES
def test_coordinates__have_one_canonical_text_from_every_source_and_in_requests(table):
    accepted = ShipmentValidator(DELAY).validate(table).accepted
    columns = to_arrays(accepted, ("code", "origin"))
    assert dict(zip(*(values.tolist() for values in columns.values()), strict=True)) == ORIGINS
    assert set(accepted["goal"]) == {"12.97,77.59", "0.0,0.0"}
    parser = RequestParser(DELAY)
    for record in table.replace({np.nan: None, "": None}).to_dict("records"):
        shipment = {name: record[name] for name in ("code", "origin", "goal")}
        if record["code"] in ("d", "e"):
            with pytest.raises(ShipmentValidationError) as raised:
                parser.parse([shipment])
            assert raised.value.violations[0].code == LATE["marks"]["abcde".index(record["code"])]
        elif record["code"] != "g":
            assert parser.parse([shipment]).columns["origin"].tolist() == [ORIGINS[record["code"]]]
