"""Drift: how often streams without drift are watched, and whether planted drift is named."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from adapters.scipy import DriftDetector
from benchmarks.monitoring.planted_drift import PLANTED, draw_reference, draw_windows
from benchmarks.monitoring.simulated_streams import YEAR, Stream
from benchmarks.report import Target, print_table
from delay_core.monitoring.drift import DriftPolicy, WindowSample
from delay_core.monitoring.drift_result import ColumnStatus, DriftResult
from delay_core.monitoring.policy import MonitoringPolicy, PolicyState
from delay_core.monitoring.policy.drift_rule import count_drift
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.detect_drift import DetectDrift

STREAMS = int(os.environ.get("STREAMS", "10"))
"""Streams without drift for each number of rows, in three minutes; 200 take an hour."""
RUNS = int(os.environ.get("RUNS", "50"))
WINDOW_ROWS = (50, 200, 2_000)
QUARTER = 92
FIRST_WINDOWS = 3


def measure() -> Mapping[str, Target]:
    """Print and return all figures."""
    return {**_measure_no_drift(), **_measure_benign_drift(), **_measure_planted_drift()}


def watches(results: Iterable[DriftResult]) -> list[int]:
    """The numbers of the windows in which a watch begins, as decisions count them."""
    policy = MonitoringPolicy()
    state, begins, calm = PolicyState(), [], policy.recovery_windows
    for number, result in enumerate(results):
        state = count_drift(state, result)
        runs = (*state.drift_runs.values(), state.prediction_drift_run)
        if max(runs, default=0) >= policy.drift_windows:
            if calm >= policy.recovery_windows:
                begins.append(number)
            calm = 0
        else:
            calm += 1
    return begins


def _detect(reference: ReferenceSample) -> DetectDrift:
    return DetectDrift(DriftDetector(), reference, "UTC", DriftPolicy())


def _measure_no_drift() -> dict[str, Target]:
    figures: dict[str, Target] = {}
    rows = []
    for size in WINDOW_ROWS:
        begins, drifted, scored = [], 0, 0
        for seed in range(STREAMS):
            stream = Stream(seed)
            detect = _detect(stream.reference())
            results = [detect(stream.window(day, size)) for day in range(YEAR)]
            begins.append(watches(results))
            scored += sum(result.dataset_share is not None for result in results)
            drifted += sum(bool(result.dataset_share) for result in results)
        most = max((_busiest_quarter(one) for one in begins), default=0)
        total = sum(map(len, begins))
        rows.append(
            (
                f"{size:,}",
                f"{STREAMS}",
                f"{scored / STREAMS / YEAR:.0%}",
                f"{drifted / max(scored, 1):.2%}",
                f"{total}",
                f"{most}",
            )
        )
        figures[f"watches per stream and quarter, {size} rows"] = Target(most, 1, "lower")
    print_table(
        "No drift, 365 daily windows × 15 columns",
        (
            "rows of a window",
            "streams",
            "windows with a score",
            "of these, a column drifted",
            "watches",
            "most in a quarter",
        ),
        rows,
    )
    return figures


def _busiest_quarter(begins: list[int]) -> int:
    return int(np.bincount(np.array(begins, dtype=np.int64) // QUARTER, minlength=1).max())


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
