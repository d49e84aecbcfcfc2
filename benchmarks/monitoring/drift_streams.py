"""Drift: how often streams without drift are watched, and whether planted drift is named."""

import os
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from adapters.scipy import DriftDetector
from benchmarks.monitoring.no_drift import measure_no_drift, watches
from benchmarks.monitoring.planted_drift import PLANTED, draw_reference, draw_windows
from benchmarks.monitoring.simulated_streams import Stream
from benchmarks.report import Target, print_table
from delay_core.monitoring.drift import DriftPolicy, WindowSample
from delay_core.monitoring.drift_result import ColumnStatus
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.detect_drift import DetectDrift

RUNS = int(os.environ.get("RUNS", "50"))
FIRST_WINDOWS = 3


def measure() -> Mapping[str, Target]:
    """Print and return all figures."""
    return {**measure_no_drift(), **_measure_benign_drift(), **_measure_planted_drift()}


def _detect(reference: ReferenceSample) -> DetectDrift:
    return DetectDrift(DriftDetector(), reference, "UTC", DriftPolicy())


def _measure_benign_drift() -> dict[str, Target]:
    windows = MonitoringPolicy().drift_windows
    named = {"a column of no weight moves 2 sigma": ("Distance", 0), "a new supplier": ("supplier", 0)}
    for seed in range(RUNS):
        stream = Stream(1_000 + seed)
        detect = _detect(stream.reference())
        for name, (column, count) in named.items():
            results = [detect(_benign(stream.window(day, 500), column, (seed, day))) for day in range(windows)]
            is_watched = bool(watches(results)) and all(result.columns[0].column == column for result in results)
            named[name] = column, count + is_watched
    shares = {name: count / RUNS for name, (_, count) in named.items()}
    print_table(
        f"Benign drift, {RUNS} runs: watched after {windows} windows of 500 rows, and named first in each",
        ("drift", "runs"),
        [(name, f"{share:.0%}") for name, share in shares.items()],
    )
    return {f"benign, watched: {name}": Target(share, 1.0, "higher") for name, share in shares.items()}


def _benign(window: WindowSample, column: str, seed: tuple[int, int]) -> WindowSample:
    values = window.columns[column]
    if column == "supplier":
        chance = (
            np.random.default_rng(seed).random(int(window.groups.max()) + 1)[window.groups]
            if window.groups is not None
            else 0
        )
        changed = np.where(chance < 0.15, "supplier 8", values).astype(object)
    else:
        changed = values + 2
    return replace(window, columns={**window.columns, column: changed})


def _measure_planted_drift() -> dict[str, Target]:
    named = dict.fromkeys(PLANTED, 0)
    always = dict.fromkeys(PLANTED, 0)
    for seed in range(RUNS):
        detect = _detect(draw_reference(seed))
        for drift, (column, _) in PLANTED.items():
            firsts = [detect(window).columns[0] for window in draw_windows(seed, drift, FIRST_WINDOWS)]
            hits = [first.column == column and first.status is ColumnStatus.DRIFTED for first in firsts]
            named[drift] += any(hits)
            always[drift] += all(hits)
    print_table(
        f"Planted drift, {RUNS} runs: drifted and named first, windows of 500 rows",
        ("drift", f"within {FIRST_WINDOWS} windows", "in each of them"),
        [(drift, f"{named[drift] / RUNS:.0%}", f"{always[drift] / RUNS:.0%}") for drift in PLANTED],
    )
    return {f"planted, named first: {drift}": Target(named[drift] / RUNS, 0.9, "higher") for drift in PLANTED}
