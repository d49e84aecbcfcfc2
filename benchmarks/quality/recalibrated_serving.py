"""A stream as it is served: recalibrated after every hundred known outcomes, or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.recalibration_streams import Floats, ServedStream
from delay_core.calibration import Calibrator
from delay_core.conformal import CANNOT_TELL
from delay_core.evaluation import ece_noise_floor, log_losses
from delay_core.recalibration import (
    MaturedOutcomes,
    RecalibrationPolicy,
    ServingCalibrator,
    recalibrate,
)

CADENCE = 100
"""Known outcomes between two recalibrations."""
KNOWN_AFTER_CHANGE = 200
"""Outcomes of shipments after a change, from which on the calibration error counts."""
COVERAGE_ROWS = 2000
RECENT_ROWS = 200
SEED = 0
BINS = 10


@dataclass(frozen=True)
class CalibrationErrors:
    """Distances from the true probabilities, from `KNOWN_AFTER_CHANGE` outcomes on, in ten bins of equal counts.

    Without true probabilities, they are distances from the late rates as far as these exceed chance, as in the gate of
    a training. `served` is that of all that was served from then on, and `served_gap` how far its mean is from the late
    rate. `worst` is the largest of the calibrators that served then, each on all shipments after the change.
    """

    served: float
    served_gap: float
    worst: float


@dataclass(frozen=True)
class ServedResult:
    """What was served: log-losses (nats) of known outcomes, also of the recent late rate and of the true probabilities.

    `lowest` and `highest` are the shares of outcomes that label sets held, of any 2,000 in the order in which they
    became known.
    """

    errors: CalibrationErrors
    log_loss: float
    recent: float
    oracle: float | None
    lowest: float
    highest: float
    cannot_tell: float
    versions: int


@dataclass(frozen=True)
class _Period:
    """Rows that are served between two recalibrations, and the outcomes known at its begin, in their order."""

    rows: slice
    outcomes: NDArray[np.int64]


@dataclass(frozen=True)
class _ServedRows:
    """What was served for each row [rows], and the calibrator of each period."""

    probabilities: Floats
    codes: NDArray[np.int8]
    covered: NDArray[np.bool_]
    calibrators: list[Calibrator]


def serve(stream: ServedStream, policy: RecalibrationPolicy | None) -> ServedResult:
    """Serve the stream from its first row to its last; without a policy, what the training made serves throughout."""
    known = _known_rows(stream)
    periods = list(_periods(stream, known))
    served, versions = _serve(stream, periods, policy)
    recent = np.concatenate([_recent_rates(stream, period) for period in periods])
    shares = _rolling_shares(served.covered[known])
    return ServedResult(
        errors=_calibration_errors(stream, periods, served),
        log_loss=_log_loss(stream, known, served.probabilities),
        recent=_log_loss(stream, known, recent),
        oracle=None if stream.truth is None else _log_loss(stream, known, stream.truth),
        lowest=float(shares.min()),
        highest=float(shares.max()),
        cannot_tell=float((served.codes == CANNOT_TELL).mean()),
        versions=versions,
    )


def _known_rows(stream: ServedStream) -> NDArray[np.int64]:
    """The rows whose label is known, in the order in which it was."""
    rows = np.flatnonzero(~np.isnat(stream.known_at))
    return rows[np.argsort(stream.known_at[rows], kind="stable")]


def _periods(stream: ServedStream, known: NDArray[np.int64]) -> Iterator[_Period]:
    known_at = stream.known_at[known]
    runs = known_at[CADENCE - 1 :: CADENCE]
    counts = [0, *np.searchsorted(known_at, runs, side="right").tolist()]
    bounds = [0, *np.searchsorted(stream.predicted_at, runs, side="right").tolist(), len(stream.labels)]
    for (first, last), count in zip(pairwise(bounds), counts, strict=True):
        yield _Period(slice(first, last), known[:count])


def _serve(
    stream: ServedStream, periods: Sequence[_Period], policy: RecalibrationPolicy | None
) -> tuple[_ServedRows, int]:
    """What was served, and how many recalibrations were promoted."""
    rows, versions = len(stream.labels), 0
    served = _ServedRows(np.empty(rows), np.empty(rows, dtype=np.int8), np.empty(rows, dtype=np.bool_), [])
    current, sets = ServingCalibrator(stream.calibrator), stream.label_sets
    for period in periods:
        if policy is not None:
            latest = period.outcomes[-policy.maximum_outcomes :]
            result = recalibrate(current, sets, _matured(stream, latest, served.covered), policy, SEED)
            if result.promoted:
                current = ServingCalibrator(result.calibrator, result.calibrator_outcomes)
                sets = result.label_sets
            versions += result.promoted
        probabilities = current.calibrator.apply(stream.scores[period.rows])
        served.probabilities[period.rows] = probabilities
        served.codes[period.rows] = sets.codes(probabilities)
        served.covered[period.rows] = sets.hold(stream.labels[period.rows], probabilities)
        served.calibrators.append(current.calibrator)
    return served, versions


def _matured(stream: ServedStream, rows: NDArray[np.int64], covered: NDArray[np.bool_]) -> MaturedOutcomes:
    return MaturedOutcomes(
        scores=stream.scores[rows],
        labels=stream.labels[rows],
        known_at=stream.known_at[rows],
        acted=np.zeros(len(rows), dtype=np.bool_),
        covered=covered[rows],
        groups=stream.groups[rows],
    )


def _recent_rates(stream: ServedStream, period: _Period) -> Floats:
    """The late rate of the latest known outcomes [rows of the period]; before the first, the model's mean."""
    latest = stream.labels[period.outcomes[-RECENT_ROWS:]]
    rate = latest.mean() if len(latest) else stream.calibrator.apply(stream.scores[period.rows]).mean()
    return np.full(period.rows.stop - period.rows.start, rate)


def _log_loss(stream: ServedStream, known: NDArray[np.int64], probabilities: Floats) -> float:
    return float(log_losses(stream.labels[known], probabilities[known]).mean())


def _calibration_errors(stream: ServedStream, periods: Sequence[_Period], served: _ServedRows) -> CalibrationErrors:
    known_after = [int((period.outcomes >= stream.change).sum()) for period in periods]
    counted = [number for number, known in enumerate(known_after) if known >= KNOWN_AFTER_CHANGE]
    from_then_on, after = slice(periods[counted[0]].rows.start, None), slice(stream.change, None)
    true = stream.labels if stream.truth is None else stream.truth
    calibrators = dict.fromkeys(served.calibrators[number] for number in counted)
    return CalibrationErrors(
        served=_calibration_error(stream, served.probabilities[from_then_on], from_then_on),
        served_gap=abs(float((served.probabilities - true)[from_then_on].mean())),
        worst=max(
            _calibration_error(stream, calibrator.apply(stream.scores[after]), after) for calibrator in calibrators
        ),
    )


def _calibration_error(stream: ServedStream, probabilities: Floats, rows: slice) -> float:
    """The expected calibration error against true probabilities; against labels, what exceeds chance."""
    true = stream.labels if stream.truth is None else stream.truth
    gaps = (probabilities - true[rows])[np.argsort(probabilities, kind="stable")]
    error = sum(abs(float(part.sum())) for part in np.array_split(gaps, BINS)) / len(gaps)
    if stream.truth is not None:
        return error
    return max(error - ece_noise_floor(stream.labels[rows], probabilities, SEED, groups=stream.groups[rows]), 0.0)


def _rolling_shares(covered: NDArray[np.bool_]) -> Floats:
    """The share of each `COVERAGE_ROWS` consecutive rows."""
    sums = np.concatenate(([0], np.cumsum(covered)))
    return np.asarray((sums[COVERAGE_ROWS:] - sums[:-COVERAGE_ROWS]) / COVERAGE_ROWS)
