"""Twenty streams of shipments in which one thing changes: five kinds of shift, two sources, two variants of each.

The rule. A stream has six blocks of equal duration; models learn from the first five and are tested on the last.

| kind | simulated shipments | resampled deliveries of the SCMS table |
|---|---|---|
| prior | log-odds of being late + 1.5 | late rows are drawn e^1.5 times as often |
| mix | Traffic_Status and Waiting_Time shift by 1 | deliveries from the warehouse are drawn e^1.5 times as often |
| categories | half of the Traffic_Status is new | every fourth country appears only from then on |
| flip | the effect of Traffic_Status is reversed | countries exchange their late rates, the highest with the lowest |
| trend | log-odds rise, or fall, by 2 over the whole stream | the same, by drawing late rows more, or less, often |

The first four begin either with the fourth block, so that the newest training rows show it, or with the test block, so
that none does; the trend rises or falls. The resampled rows are those before the first window of `rolling_origins`.
A block draws as many rows as it has, with replacement, from its own sixth of the shipments (ASN/DN #). These are
groups, so that no fold and no test has a copy of a training row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.quality.table_rows import accepted_rows
from delay_core import ShipmentSchema
from delay_core.groups import group_codes
from delay_core.schemas import load_schema
from delay_core.validation import KNOWN_AT, LATE, SOURCE_ROW

KINDS = ("prior", "mix", "categories", "flip", "trend")
BLOCKS = 6
STARTS = (BLOCKS // 2, BLOCKS - 1)
"""The blocks with which a shift begins."""
SIMULATED_ROWS = 4800
LOG_ODDS, TREND = 1.5, 2.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stream:
    """Accepted rows in time order; `is_test` [rows] marks the last block."""

    name: str
    schema: ShipmentSchema
    rows: pd.DataFrame
    is_test: NDArray[np.bool_]

    @property
    def history(self) -> pd.DataFrame:
        """The rows before the test block whose outcome was known when it begins."""
        begins = self.test[self.schema.prediction_point.sort_column].iloc[0]
        is_known = (self.rows[KNOWN_AT] <= begins).to_numpy()
        history: pd.DataFrame = self.rows.loc[~self.is_test & is_known]
        return history

    @property
    def test(self) -> pd.DataFrame:
        """The rows of the test block."""
        test: pd.DataFrame = self.rows.loc[self.is_test]
        return test


def simulated_streams(seed: int) -> Iterator[Stream]:
    """The ten streams of the simulator; each has a seed of its own, derived from `seed`."""
    schema = load_schema("smart_logistics")
    point = schema.prediction_point.sort_column
    for number, (kind, variant) in enumerate(_variants()):
        url = f"simulator://smart_logistics?rows={SIMULATED_ROWS}&dirt=0&seed={10 * seed + number}"
        rows = accepted_rows(schema, f"{url}&drift={_drift(kind, variant)}")
        rows = rows[rows[LATE].notna()].sort_values(point, kind="stable")
        blocks = np.arange(len(rows)) * BLOCKS // len(rows)
        yield Stream(f"simulated, {_name(kind, variant)}", schema, rows, blocks == BLOCKS - 1)


def resampled_streams(table: pd.DataFrame, seed: int) -> Iterator[Stream]:
    """The ten streams of deliveries, from accepted rows of the SCMS table."""
    schema = load_schema("scms")
    shipments = group_codes([table[name] for name in schema.group])
    for number, (kind, variant) in enumerate(_variants()):
        draw = np.random.default_rng([seed, number])
        block_of_shipment = draw.integers(0, BLOCKS, shipments.max() + 1)
        own_block = block_of_shipment[shipments]
        parts = [
            _draw_block(table[own_block == block], schema, block, _log_weights(table, kind, variant, block), draw)
            for block in range(BLOCKS)
        ]
        rows = pd.concat(parts, ignore_index=True)
        rows[SOURCE_ROW] = np.arange(1, len(rows) + 1)
        blocks = np.repeat(np.arange(BLOCKS), [len(part) for part in parts])
        yield Stream(f"scms, {_name(kind, variant)}", schema, rows, blocks == BLOCKS - 1)


def _variants() -> Iterator[tuple[str, int]]:
    for kind in KINDS:
        yield from ((kind, variant) for variant in range(len(STARTS)))


def _name(kind: str, variant: int) -> str:
    if kind == "trend":
        return f"trend, {('rising', 'falling')[variant]}"
    return f"{kind}, from {('the fourth', 'the test')[variant]} block on"


def _drift(kind: str, variant: int) -> str:
    if kind == "trend":
        return f"label:start=0,ramp=1,size={TREND * (1 - 2 * variant):g}"
    sizes = {
        "prior": f"label:size={LOG_ODDS:g}",
        "mix": "covariate:size=1",
        "categories": "unseen:size=0.5",
        "flip": "concept:size=2",
    }
    return f"{sizes[kind]},start={STARTS[variant] / BLOCKS:.6f},ramp=0"


def _log_weights(table: pd.DataFrame, kind: str, variant: int, block: int) -> "pd.Series[float]":
    """The logarithm of how often each row is drawn, relative to the others, in a block."""
    has_begun = block >= STARTS[variant]
    late, country = table[LATE] == 1, table["Country"]
    weights = pd.Series(0.0, index=table.index)
    if kind == "prior":
        weights[late] = LOG_ODDS * has_begun
    elif kind == "mix":
        weights[table["Fulfill Via"] == "From RDC"] = LOG_ODDS * has_begun
    elif kind == "categories":
        later = country.isin(sorted(country.unique())[::4])
        weights[later] = 0.0 if has_begun else -np.inf
    elif kind == "flip":
        weights = _exchanged_late_rates(late, country) * has_begun
    else:
        weights[late] = TREND * (1 - 2 * variant) * (block + 0.5) / BLOCKS
    return weights


def _exchanged_late_rates(late: "pd.Series[bool]", country: "pd.Series[str]") -> "pd.Series[float]":
    """Log-weights with which the country of the highest late rate has the lowest, and so on."""
    counts = late.groupby(country).agg(["sum", "size"])
    rates = ((counts["sum"] + 1) / (counts["size"] + 2)).sort_values(kind="stable")
    mirrored = pd.Series(rates.to_numpy()[::-1], index=rates.index)
    before, after = country.map(rates), country.map(mirrored)
    return pd.Series(np.log(np.where(late, after / before, (1 - after) / (1 - before))), index=country.index)


def _draw_block(
    rows: pd.DataFrame, schema: ShipmentSchema, block: int, log_weights: "pd.Series[float]", draw: np.random.Generator
) -> pd.DataFrame:
    """Rows of a block, drawn by their weights, with dates of the block's year."""
    weights = np.exp(log_weights[rows.index].to_numpy())
    drawn = rows.iloc[draw.choice(len(rows), len(rows), p=weights / weights.sum())].copy()
    point = schema.prediction_point.sort_column
    begins = pd.Timestamp("2007-01-01", tz="UTC") + pd.DateOffset(years=block)
    days = pd.to_timedelta(np.sort(draw.integers(0, 365, len(drawn))), unit="D")
    shift = begins + days - pd.DatetimeIndex(drawn[point])
    for name in drawn.select_dtypes("datetimetz").columns:
        drawn[name] = drawn[name] + shift
    return drawn
