"""Parquet files: typed values, flattened structures, broken files."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pyarrow as pa
import pytest

from adapters import files
from adapters import tabular as tables
from delay_core import load_schema
from delay_core.errors import SourceError


def test_parquet__a_broken_file_is_refused(tmp_path):
    path = tmp_path / "table.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(SourceError, match="is not a Parquet file"):
        list(tables.ShipmentSource(files.ByteSource()).chunks(str(path), load_schema("smart_logistics")))


def test_parquet__values_keep_their_types_and_structures_become_columns(read):
    zone = timezone(timedelta(hours=2))
    table = pa.table(
        {
            "id": pa.array([7, None]),
            "outer": pa.array([{"a": 1.5, "inner": {"b": "x"}}, None]),
            "word": pa.array(["w", None]).dictionary_encode(),
            "weight": pa.array([Decimal("1.25"), None]),
            "number": pa.array([Decimal(12), None]),
            "day": pa.array([date(2024, 5, 1), None]),
            "naive": pa.array([datetime(2024, 5, 1, 12), None], pa.timestamp("ns")),  # noqa: DTZ001 - naive on purpose
            "aware": pa.array([datetime(2024, 5, 1, 12, tzinfo=zone), None], pa.timestamp("ms", "+02:00")),
            "far": pa.array([10**15, None], pa.timestamp("ms")),
            "list": pa.array([[1, 2], None]),
            "flag": pa.array([True, None]),
            "nothing": pa.nulls(2),
        }
    )
    first, second = (row.to_dict() for _, row in read(table, name="table.parquet").astype(object).iterrows())
    assert first == {
        "id": 7,
        "outer.a": 1.5,
        "outer.inner.b": "x",
        "word": "w",
        "weight": 1.25,
        "number": 12,
        "day": datetime(2024, 5, 1),  # noqa: DTZ001 - a day has no zone
        "naive": datetime(2024, 5, 1, 12),  # noqa: DTZ001 - naive on purpose
        "aware": datetime(2024, 5, 1, 10, tzinfo=UTC),
        "far": "33658-09-27T01:46:40.000",
        "list": [1, 2],
        "flag": True,
        "nothing": None,
    }
    assert type(first["id"]) is int
    assert first["aware"].utcoffset() == timedelta(hours=2)
    assert set(second.values()) == {None}


def test_parquet__equal_names_of_flattened_structures_are_refused(read):
    table = pa.table({"a.b": [1], "a": pa.array([{"b": 2}])})
    with pytest.raises(SourceError, match="have the same name"):
        read(table, name="table.parquet")


def test_parquet__times_of_day_durations_and_long_whole_decimals_lose_nothing(read):
    table = pa.table(
        {
            "time": pa.array([time(12), None]),
            "nanoseconds": pa.array([8 * 3600 * 10**9, None], pa.time64("ns")),
            "duration": pa.array([timedelta(hours=36, minutes=5), None]),
            "id": pa.array([Decimal(12345678901234567890123), None], pa.decimal128(23, 0)),
        }
    )
    first, second = read(table, name="table.parquet").to_numpy().tolist()
    assert first == ["12:00", "08:00", "36:05", 12345678901234567890123]
    assert second == [None] * 4
