"""Simulated shipments that a trained model serves while something changes; their true probabilities are known.

The rule. A table has 12,000 shipments of a year. The product is trained on the first third, whose seed is the stream's,
and serves the others. Outcomes are known three days, about a hundred shipments, later.

| kind | from the 6,000th shipment on |
|---|---|
| none | nothing changes |
| up, down | the true late rate of the table jumps by 30 points: log-odds plus or minus what that needs |
| mix, categories, flip | as in `shift_streams` |
| rising, falling | log-odds rise, or fall, by 2 from the training to the end of the table |
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adapters.files import ArtifactStore
from adapters.simulator import GroundTruth
from benchmarks.quality.rolling_origins import SEED
from benchmarks.quality.table_rows import accepted_rows
from benchmarks.quality.window_predictions import WindowPredictor
from delay_core.calibration import Calibrator
from delay_core.conformal import LabelSets
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.validation import KNOWN_AT, LATE

ROWS = 12_000
TRAINING_ROWS = ROWS // 3
TRIALS = 4
"""Few: what is measured here follows the training."""
JUMP = 0.3
TREND = 2.0

SCHEMA = load_schema("smart_logistics")
POINT = SCHEMA.prediction_point.sort_column

Floats = NDArray[np.float64]
Times = NDArray[np.datetime64]


@dataclass(frozen=True)
class ServedStream:
    """What a model would serve, in time order, and the model's calibrator and label sets; arrays [rows].

    `scores` are its own probabilities, `truth` the true ones, None where they are not known. `known_at` (UTC) is NaT
    where the label is not known at the end of the table; such labels are 0. `change` is the first row after the change.
    """

    kind: str
    scores: Floats
    truth: Floats | None
    labels: NDArray[np.int8]
    groups: NDArray[np.int64]
    predicted_at: Times
    known_at: Times
    change: int
    calibrator: Calibrator
    label_sets: LabelSets


def served_streams(seed: int, scratch: Path, progress: Progress) -> Iterator[ServedStream]:
    """A stream of each kind, served by one model: before the change, their tables are equal."""
    tables = {kind: _table(seed, drift) for kind, drift in _drifts(seed).items()}
    served = {kind: table.iloc[TRAINING_ROWS:] for kind, table in tables.items()}
    history = tables["none"].iloc[:TRAINING_ROWS]
    history = history[history[KNOWN_AT] <= served["none"][POINT].iloc[0]]
    predictor = WindowPredictor(SCHEMA, ArtifactStore(scratch / str(seed)), progress, TRIALS, SEED)
    prediction = predictor(history, pd.concat(served.values(), ignore_index=True))
    scores = np.split(prediction.raw, len(served))
    for (kind, rows), stream_scores in zip(served.items(), scores, strict=True):
        yield ServedStream(
            kind=kind,
            scores=stream_scores,
            truth=_truth(_url(seed, _drifts(seed)[kind]))[TRAINING_ROWS:],
            labels=rows[LATE].fillna(0).to_numpy(dtype=np.int8),
            groups=np.arange(len(rows)),
            predicted_at=_times(rows[POINT]),
            known_at=_times(rows[KNOWN_AT].where(rows[LATE].notna())),
            change=ROWS // 2 - TRAINING_ROWS,
            calibrator=prediction.selection.calibration.calibrator,
            label_sets=prediction.selection.label_sets,
        )


def _drifts(seed: int) -> dict[str, str]:
    change = "start=0.5,ramp=0"
    trend = f"start={TRAINING_ROWS / ROWS:.6f},ramp={1 - TRAINING_ROWS / ROWS:.6f}"
    return {
        "none": "",
        "up": f"label:size={_jump_size(seed, 1):.4f},{change}",
        "down": f"label:size={_jump_size(seed, -1):.4f},{change}",
        "mix": f"covariate:size=1,{change}",
        "categories": f"unseen:size=0.5,{change}",
        "flip": f"concept:size=2,{change}",
        "rising": f"label:size={TREND:g},{trend}",
        "falling": f"label:size={-TREND:g},{trend}",
    }


def _jump_size(seed: int, sign: int) -> float:
    """What is added to the log-odds so that the true late rate of the table changes by `JUMP`; by bisection."""
    truth = _truth(_url(seed, ""))
    log_odds, low, high = np.log(truth / (1 - truth)), 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        moved = float((1 / (1 + np.exp(-log_odds - sign * middle))).mean())
        low, high = (middle, high) if abs(moved - truth.mean()) < JUMP else (low, middle)
    return sign * middle


def _url(seed: int, drift: str) -> str:
    return f"simulator://smart_logistics?rows={ROWS}&dirt=0&seed={seed}" + (f"&drift={drift}" if drift else "")


def _table(seed: int, drift: str) -> pd.DataFrame:
    return accepted_rows(SCHEMA, _url(seed, drift))


def _truth(url: str) -> Floats:
    truth = GroundTruth().late_probability(url)
    if truth is None:
        raise ValueError(f"{url} has no true probabilities")
    return truth


def _times(column: "pd.Series[pd.Timestamp]") -> Times:
    return pd.DatetimeIndex(column).tz_localize(None).to_numpy().astype("datetime64[us]")
