"""Deliveries of the SCMS table that a trained model serves while their late rate jumps; drawn by rule.

Of the rows before the first window of `rolling_origins`, the product is trained on the first half. Of the shipments
(ASN/DN #) of the other half, whole ones with all their lines are drawn with replacement: 2,000 rows of a late rate of
10 %, then 4,000 of 40 %, or the other way round; late shipments are drawn e^b times as often, with the b for that rate.
A row is predicted every hour, and its outcome is known 100 hours later.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adapters.files import ArtifactStore
from benchmarks.quality.recalibration_streams import TRIALS, Floats, ServedStream
from benchmarks.quality.rolling_origins import SEED, STARTS
from benchmarks.quality.table_rows import accepted_rows
from benchmarks.quality.window_predictions import WindowPredictor
from delay_core.groups import group_codes
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.validation import KNOWN_AT, LATE

RATES = {"scms up": (0.1, 0.4), "scms down": (0.4, 0.1)}
ROWS = (2000, 4000)
"""Before and after the jump, at least: the last shipment is whole."""
FIRST_HOUR = np.datetime64("2010-01-01", "us")
HOUR = np.timedelta64(1, "h")
KNOWN_AFTER = 100 * HOUR

SCHEMA = load_schema("scms")


def resampled_streams(file: Path, seeds: range, scratch: Path, progress: Progress) -> Iterator[ServedStream]:
    """A stream of each kind and seed, served by one model."""
    point = SCHEMA.prediction_point.sort_column
    table = accepted_rows(SCHEMA, str(file)).sort_values(point, kind="stable")
    table = table.iloc[: int(STARTS[0] * len(table))]
    history, served = table.iloc[: len(table) // 2], table.iloc[len(table) // 2 :]
    history = history[history[KNOWN_AT] <= served[point].iloc[0]]
    predictor = WindowPredictor(SCHEMA, ArtifactStore(scratch / "scms"), progress, TRIALS, SEED)
    prediction = predictor(history, served)
    labels = served[LATE].to_numpy(dtype=np.int8)
    shipments = _rows_by_shipment(served)
    for seed in seeds:
        for number, (kind, rates) in enumerate(RATES.items()):
            draw = np.random.default_rng([seed, number])
            parts = [_draw(shipments, labels, rate, rows, draw) for rate, rows in zip(rates, ROWS, strict=True)]
            drawn = [shipment for part in parts for shipment in part]
            rows = np.concatenate(drawn)
            predicted_at = FIRST_HOUR + np.arange(len(rows)) * HOUR
            yield ServedStream(
                kind=kind,
                scores=prediction.raw[rows],
                truth=None,
                labels=labels[rows],
                groups=np.repeat(np.arange(len(drawn)), [len(shipment) for shipment in drawn]),
                predicted_at=predicted_at,
                known_at=predicted_at + KNOWN_AFTER,
                change=sum(len(shipment) for shipment in parts[0]),
                calibrator=prediction.selection.calibration.calibrator,
                label_sets=prediction.selection.label_sets,
            )


def _rows_by_shipment(served: pd.DataFrame) -> list[NDArray[np.int64]]:
    codes = group_codes([served[name] for name in SCHEMA.group])
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _draw(
    shipments: list[NDArray[np.int64]], labels: NDArray[np.int8], rate: float, rows: int, draw: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Shipments with at least so many rows, of which a share of `rate` is expected to be late."""
    sizes = np.array([len(shipment) for shipment in shipments])
    late = np.array([labels[shipment].mean() for shipment in shipments])
    weights = _weights(sizes, late, rate)
    drawn = draw.choice(len(shipments), rows, p=weights / weights.sum())
    needed = int(np.searchsorted(np.cumsum(sizes[drawn]), rows)) + 1
    return [shipments[number] for number in drawn[:needed]]


def _weights(sizes: NDArray[np.int64], late: Floats, rate: float) -> Floats:
    """How often shipments of these sizes and late shares [shipments] are drawn, relative to others; by bisection."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        weights = np.exp(middle * late) * sizes
        low, high = (middle, high) if (weights * late).sum() / weights.sum() < rate else (low, middle)
    return np.asarray(np.exp(low * late))
