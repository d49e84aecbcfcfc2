"""A part of a table by time: which rows it has, which outcomes are known at its end, and where its output is stored."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from pydantic import ValidationError

from delay_core import parse_schema
from delay_core.data_interval import DataInterval
from delay_core.errors import NoDataYet, SchemaError
from delay_core.use_cases.ingest import Ingest
from delay_core.validation import LATE, ShipmentValidator
from fakes import artifact_store, progress, shipment_source, table_codec

YAML = """
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late, known_after: P1D}
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, nullable: true}
"""
SCHEMA = parse_schema(YAML, "parcels.yaml")
BY_DATES = parse_schema(
    YAML.replace("{column: late, known_after: P1D}", "{actual: arrived, promised: due}").replace(
        "late: {role: label, nullable: true}",
        "due: {role: timestamp}\n  arrived: {role: timestamp, nullable: true, available_at: delivered}",
    ),
    "by_dates.yaml",
)
ORDERED = parse_schema(
    YAML.replace("{column: sent,", "{order_by: number,")
    .replace(", known_after: P1D", "")
    .replace("sent: {role: timestamp}", "number: {role: numeric}"),
    "ordered.yaml",
)
ROWS = {
    "sent": ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "no time"],
    "weight": ["1", "2", "heavy", "4", "5"],
    "late": ["0", "1", "0", "1", "0"],
}


def day(number):
    return datetime(2024, 1, number, tzinfo=UTC)


def validate(interval, rows=ROWS, schema=SCHEMA):
    return ShipmentValidator(schema, interval=interval).validate(pd.DataFrame(rows, dtype=object))


def ingest(interval, rows=ROWS, schema=SCHEMA, store=None):
    source = shipment_source.ShipmentSource({"memory": pd.DataFrame(rows, dtype=object)})
    step = Ingest(source, store or artifact_store.ArtifactStore(), table_codec.TableCodec(), progress.Progress())
    return step(schema, "memory", interval)


@pytest.mark.parametrize(
    ("since", "until", "accepted", "quarantined", "excluded"),
    [
        (None, None, 3, 2, 0),
        (2, None, 2, 2, 1),  # a row at the start is inside
        (None, 4, 2, 2, 1),  # a row at the end is not
        (2, 3, 1, 1, 3),  # a row outside is excluded although it breaks a rule; one without a time is quarantined
    ],
)
def test_interval__excludes_and_counts_rows_outside(since, until, accepted, quarantined, excluded):
    interval = DataInterval(since=since and day(since), until=until and day(until))
    counts = ingest(interval).report.rows
    assert counts.model_dump() == {
        "read": 5, "accepted": accepted, "quarantined": quarantined, "excluded": excluded,
    }  # fmt: skip


def test_outcomes__that_are_known_after_the_end_are_open():
    late = validate(DataInterval(until=datetime(2024, 1, 2, 12, tzinfo=UTC))).accepted[LATE]
    assert late.isna().tolist() == [False, True]


@pytest.mark.parametrize(("arrived", "late"), [("2024-01-05", 1.0), ("2024-01-03", 0.0), (None, 1.0)])
def test_outcomes_by_dates__are_those_of_the_end(arrived, late):
    rows = {"sent": ["2024-01-01"], "weight": ["1"], "due": ["2024-01-03"], "arrived": [arrived]}
    interval = DataInterval(until=day(4))
    assert validate(interval, rows, BY_DATES).accepted[LATE].tolist() == [late]
    assert validate(DataInterval(until=day(2)), rows, BY_DATES).accepted[LATE].isna().all()


def test_output__of_an_interval_is_stored_apart_and_once():
    store = artifact_store.ArtifactStore()
    whole = ingest(DataInterval(), store=store).report.address
    first, again, other = (ingest(DataInterval(until=day(end)), store=store) for end in (3, 3, 4))
    assert len({whole, first.report.address, other.report.address}) == 3
    assert (first.computed, again.computed) == (True, False)
    assert first.report == again.report


def test_same_moment__with_another_offset_is_the_same_interval():
    moment = datetime.fromisoformat("2024-01-03T01:00:00+01:00")
    assert ingest(DataInterval(until=moment)).report.address == ingest(DataInterval(until=day(3))).report.address


def test_interval_without_rows__has_no_data_yet():
    with pytest.raises(NoDataYet, match=r"memory: none of 4 rows is from 2025-01-01 00:00 on \(UTC\)"):
        ingest(
            DataInterval(since=datetime(2025, 1, 1, tzinfo=UTC)), {name: values[:4] for name, values in ROWS.items()}
        )


def test_table_without_times__has_no_intervals():
    with pytest.raises(SchemaError, match=r"parcels: its table has an order and no times .*order_by"):
        ingest(DataInterval(until=day(3)), schema=ORDERED)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"since": day(2), "until": day(2)}, "ends at 2024-01-02 00:00:00.00:00, not after its start"),
        ({"until": datetime(2024, 1, 2)}, "has no time zone; write an offset"),  # noqa: DTZ001 - that is the mistake
    ],
)
def test_impossible_interval__says_what_is_wrong(limits, message):
    with pytest.raises(ValidationError, match=message):
        DataInterval(**limits)
