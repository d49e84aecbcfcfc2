"""Recalibration beside none: calibration after a jump of the late rate, label sets, harm without a change.

Each stream of `recalibration_streams` and `recalibration_resamples` is served twice: as trained, and recalibrated by
the product's defaults after every hundred known outcomes, with their delay. All figures are of what was served then.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from benchmarks.quality.recalibrated_serving import KNOWN_AFTER_CHANGE, ServedResult, serve
from benchmarks.quality.recalibration_resamples import RATES, resampled_streams
from benchmarks.quality.recalibration_streams import served_streams
from benchmarks.report import Target, print_table, print_text
from delay_core.evaluation.intervals import wilson_bounds
from delay_core.ports.progress import Progress
from delay_core.recalibration import RecalibrationPolicy

SEEDS = range(1000, 1010)
"""Choices were made on streams of other seeds."""
JUMPS = ("up", "down", *RATES)
MAX_ERROR = 0.05
MIN_SHARE = 0.9
COVERAGE_RANGE = (0.87, 0.93)
MAX_HARM = 0.002
"""Nats that a recalibration may cost where nothing changes."""


@dataclass(frozen=True)
class Comparison:
    """One stream, served as trained and recalibrated."""

    kind: str
    off: ServedResult
    on: ServedResult


def measure(scms: Path | None, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print the results; the targets. Without the SCMS table, of the simulated streams only."""
    policy, folder = RecalibrationPolicy(), scratch / "recalibration"
    streams = chain.from_iterable(served_streams(seed, folder, progress) for seed in SEEDS)
    if scms is not None:
        streams = chain(streams, resampled_streams(scms, SEEDS, folder, progress))
    results = [Comparison(stream.kind, serve(stream, None), serve(stream, policy)) for stream in streams]
    kinds = list(dict.fromkeys(result.kind for result in results))
    jumps = [result for result in results if result.kind in JUMPS]
    print_table(
        f"Calibration error from {KNOWN_AFTER_CHANGE} known outcomes after a jump of 30 points on, mean of "
        f"{len(SEEDS)} streams each; and the share of streams with at most {MAX_ERROR}",
        ("jump", "recalibrated", "ECE", "share", "|mean - rate|", "share", "worst version's ECE", "share"),
        [
            _error_line(kind, name, [pick(result) for result in jumps if result.kind == kind])
            for kind in JUMPS
            if kind in kinds
            for name, pick in MODES.items()
        ],
    )
    print_table(
        f"Log-loss (nats) of all known outcomes, mean of {len(SEEDS)} streams each; versions are recalibrations",
        ("change", "oracle", "recent rate", "off", "on", "on - off", "worst", "versions"),
        [_loss_line(kind, [result for result in results if result.kind == kind]) for kind in kinds],
    )
    print_table(
        "Label sets: lowest and highest share of outcomes held, of any 2,000 in a row; and the share that cannot tell",
        ("change", "off: lowest", "highest", "cannot tell", "on: lowest", "highest", "cannot tell", "in 87-93 %"),
        [_coverage_line(kind, [result for result in results if result.kind == kind]) for kind in kinds],
    )
    return _targets(results, jumps)


MODES: dict[str, Callable[[Comparison], ServedResult]] = {
    "no": lambda result: result.off,
    "yes": lambda result: result.on,
}


def _targets(results: Sequence[Comparison], jumps: Sequence[Comparison]) -> dict[str, Target]:
    """That of the calibration error is about the worst version of a stream, which is stricter than what was served."""
    close = np.array([result.on.errors.worst <= MAX_ERROR for result in jumps])
    [low], [high] = wilson_bounds(np.array([close.mean()]), np.array([len(close)]))
    print_text(
        f"Every version from then on within {MAX_ERROR}: {close.sum()} of {len(close)} streams with a jump, "
        f"{close.mean():.0%} [{low:.0%}, {min(high, 1):.0%}]"
    )
    unchanged = [result for result in results if result.kind == "none"]
    return {
        "recalibration, share of jumps with a calibration error of at most .05": Target(
            float(close.mean()), MIN_SHARE, "higher"
        ),
        "recalibration, share held by label sets over any 2,000 rows, lowest": Target(
            min(result.on.lowest for result in results), COVERAGE_RANGE[0], "higher"
        ),
        "recalibration, share held by label sets over any 2,000 rows, highest": Target(
            max(result.on.highest for result in results), COVERAGE_RANGE[1], "lower"
        ),
        "recalibration, log-loss higher without a change": Target(
            max(result.on.log_loss - result.off.log_loss for result in unchanged), MAX_HARM, "lower"
        ),
    }


def _error_line(kind: str, recalibrated: str, results: Sequence[ServedResult]) -> tuple[str, ...]:
    errors = [result.errors for result in results]
    columns = ([one.served for one in errors], [one.served_gap for one in errors], [one.worst for one in errors])
    cells = [
        cell
        for values in columns
        for cell in (f"{np.mean(values):.3f}", f"{np.mean(np.array(values) <= MAX_ERROR):.0%}")
    ]
    return (kind, recalibrated, *cells)


def _loss_line(kind: str, results: Sequence[Comparison]) -> tuple[str, ...]:
    oracle = [result.off.oracle for result in results if result.off.oracle is not None]
    losses = (
        [result.off.recent for result in results],
        [result.off.log_loss for result in results],
        [result.on.log_loss for result in results],
    )
    differences = [result.on.log_loss - result.off.log_loss for result in results]
    means = [f"{np.mean(values):.3f}" for values in losses]
    versions = f"{np.mean([result.on.versions for result in results]):.0f}"
    known_truth = f"{np.mean(oracle):.3f}" if oracle else "–"
    return (kind, known_truth, *means, f"{np.mean(differences):+.4f}", f"{max(differences):+.4f}", versions)


def _coverage_line(kind: str, results: Sequence[Comparison]) -> tuple[str, ...]:
    cells = []
    for pick in MODES.values():
        picked = [pick(result) for result in results]
        cells += [f"{min(one.lowest for one in picked):.1%}", f"{max(one.highest for one in picked):.1%}"]
        cells.append(f"{np.mean([one.cannot_tell for one in picked]):.0%}")
    low, high = COVERAGE_RANGE
    inside = [low <= result.on.lowest and result.on.highest <= high for result in results]
    return (kind, *cells, f"{np.mean(inside):.0%}")
