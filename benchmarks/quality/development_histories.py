"""Histories for choosing defaults: no row after the first window of `rolling_origins`, no test row, no tested seed.

| source | histories | tested on |
|---|---|---|
| SCMS deliveries | 5 | the 6 % after 30, 36, 42, 48 and 54 % of the rows |
| SCMS deliveries, resampled | 10 | the last block of the streams of `shift_streams`, with another seed |
| simulated shipments | 10 | the same |
| smart-logistics | 5 | the 7 % after 50, 57, 64, 71 and 78 % of the rows |
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.quality.rolling_origins import STARTS
from benchmarks.quality.shift_streams import Stream, resampled_streams, simulated_streams
from benchmarks.quality.table_rows import accepted_rows
from delay_core import ShipmentSchema
from delay_core.groups import group_codes
from delay_core.schemas import load_schema
from delay_core.validation import KNOWN_AT, LATE

SEED = 2001
"""Of the streams; the parts `shifts` and `recalibration` have others."""

Range = tuple[float, float]


@dataclass(frozen=True)
class History:
    """Accepted rows to learn from, in time order and with known outcomes, and later rows to test on."""

    name: str
    schema: ShipmentSchema
    rows: pd.DataFrame
    test: pd.DataFrame

    @property
    def labels(self) -> NDArray[np.int8]:
        """Of the rows to test on."""
        return self.test[LATE].to_numpy(dtype=np.int8)

    @property
    def groups(self) -> NDArray[np.int64] | None:
        """Of the rows to test on, if the schema declares groups."""
        return group_codes([self.test[name] for name in self.schema.group]) if self.schema.group else None


def development_histories(files: Mapping[str, Path]) -> Iterator[tuple[str, list[History]]]:
    """The histories of each source; `files` has the real tables by name, and what is of an absent one is left out."""
    if "scms" in files:
        schema = load_schema("scms")
        table = _in_time_order(schema, files["scms"])
        windows = [(start / 100, (start + 6) / 100) for start in range(30, 60, 6)]
        yield "SCMS deliveries", list(_windows("scms", schema, table, windows))
        earlier = table.iloc[: int(STARTS[0] * len(table))]
        yield "SCMS deliveries, resampled", _from_streams(resampled_streams(earlier, SEED))
    yield "simulated shipments", _from_streams(simulated_streams(SEED))
    if "smart_logistics" in files:
        schema = load_schema("smart_logistics")
        table = _in_time_order(schema, files["smart_logistics"])
        windows = [(start / 100, (start + 7) / 100) for start in range(50, 85, 7)]
        yield "smart-logistics", list(_windows("smart-logistics", schema, table, windows))


def _in_time_order(schema: ShipmentSchema, file: Path) -> pd.DataFrame:
    rows = accepted_rows(schema, str(file))
    return rows[rows[LATE].notna()].sort_values(schema.prediction_point.sort_column, kind="stable")


def _windows(name: str, schema: ShipmentSchema, table: pd.DataFrame, windows: list[Range]) -> Iterator[History]:
    for start, end in windows:
        test = table.iloc[round(start * len(table)) : round(end * len(table))]
        before = table.iloc[: round(start * len(table))]
        is_known = before[KNOWN_AT] < test[schema.prediction_point.sort_column].iloc[0]
        yield History(f"{name}, from {start:.0%} on", schema, before[is_known], test)


def _from_streams(streams: Iterator[Stream]) -> list[History]:
    return [History(stream.name, stream.schema, stream.history, stream.test) for stream in streams]
