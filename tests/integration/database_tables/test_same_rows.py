"""The same rows in every kind of table: the accepted rows, the ids and the violations are the same."""

from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.validation import ShipmentValidator
from entrypoints.container import Container
from entrypoints.settings import Settings
from support.database_tables import put_postgres, put_sqlite

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late}
columns:
  parcel: {role: identifier}
  sent: {role: timestamp}
  due: {role: timestamp, nullable: true}
  express: {role: categorical, nullable: true}
  zone: {role: categorical, nullable: true}
  city: {role: categorical, nullable: true}
  weight: {role: numeric, nullable: true, maximum: 100}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
WHEN = [datetime(2024, 5, day, 8 * (day % 2), 30 * (day % 2)) for day in range(1, 7)]  # noqa: DTZ001 - of the schema's zone
ROWS = pd.DataFrame(
    {
        "parcel": [70001, 70002, 70003, 70004, 70005, 70006],
        "sent": WHEN,
        "due": [pd.Timestamp("2024-06-01"), pd.NaT, *[pd.Timestamp("2024-06-02 12:00")] * 4],
        "express": pd.array([True, False, None, True, False, True], dtype="boolean"),
        "zone": [1.0, 2.0, np.nan, 10.0, 2.0, 1.0],
        "city": ["Köln", "N'Djamena", None, "x;y", '"z"', " Ålesund"],
        "weight": [1.5, 2.0, np.nan, 0.1, 1000.0, 3.0],
        "late": [0, 1, 0, 1, 0, 1],
    }
)


def put(kind, folder):
    """The URL of a table with these rows."""
    match kind:
        case "SQLite":
            return put_sqlite(ROWS, folder / "own.db", "parcels", {"express": "BOOLEAN"})
        case "PostgreSQL":
            return put_postgres(ROWS, "parcels")
        case "xlsx":
            ROWS.to_excel(folder / "parcels.xlsx", index=False)
        case "parquet":
            ROWS.to_parquet(folder / "parcels.parquet")
        case "csv":
            ROWS.to_csv(folder / "parcels.csv", index=False)
    return str(folder / f"parcels.{kind}")


def validated(url):
    """The accepted rows, and the violations as text."""
    validator = ShipmentValidator(SCHEMA)
    source = Container(settings=Settings()).storage.shipment_source()
    results = [validator.validate(chunk) for chunk in source.chunks(url, SCHEMA)]
    violations = [f"{violation.row} {violation}" for result in results for violation in result.violations]
    return pd.concat([result.accepted for result in results]), violations


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "SQLite", "PostgreSQL"])
def test_rows__are_those_of_the_csv_file(kind, tmp_path):
    expected, violations = validated(put("csv", tmp_path))
    accepted, same_violations = validated(put(kind, tmp_path))

    assert violations == ["5 weight: 1000 is out of range; allowed is at most 100"]
    assert same_violations == violations
    pd.testing.assert_frame_equal(accepted, expected)
