"""Streams without drift: how often they are watched."""

import os
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from benchmarks.monitoring.batched_drift import BatchedDrift, WindowDistances
from benchmarks.monitoring.shipment_population import WEEKDAYS, ShipmentPopulation
from benchmarks.monitoring.simulated_streams import MIX, YEAR
from benchmarks.report import Target, print_table
from delay_core.monitoring.drift import PREDICTION, DriftPolicy, adjust_p_values
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.policy import MonitoringPolicy, PolicyState
from delay_core.monitoring.policy.drift_rule import count_drift, watch_drift
from delay_core.monitoring.policy.judgment import Judgment

STREAMS = int(os.environ.get("STREAMS", "200"))
FIRST_SEED = 30_000
WINDOW_ROWS = (50, 200, 2_000)
QUARTER = 92
CHECKED_STREAMS, CHECKED_WINDOWS = 2, 21
"""Windows that the product's detector judges, too."""
Flags = NDArray[np.bool_]


def measure_no_drift() -> Mapping[str, Target]:
    """Print and return how many watches begin in a quarter."""
    begins: dict[int, list[list[int]]] = {size: [] for size in WINDOW_ROWS}
    drifted: dict[int, list[float]] = {size: [] for size in WINDOW_ROWS}
    difference = 0.0
    for number in range(STREAMS):
        population = ShipmentPopulation(FIRST_SEED + number)
        drift = BatchedDrift(population, population.reference(), DriftPolicy())
        for size, flags in _judge_year(population, drift).items():
            begins[size].append(watches(_results(flags, drift, size)))
            drifted[size].append(float(flags.any(axis=1).mean()))
            if number < CHECKED_STREAMS and size >= DriftPolicy().minimum_rows:
                difference = max(difference, _check(population, drift, size, flags))
    return _report(begins, drifted, difference)


def watches(results: Iterable[DriftResult]) -> list[int]:
    """The numbers of the windows in which a watch begins, as decisions count them."""
    policy, state, begins = MonitoringPolicy(), PolicyState(), []
    for number, result in enumerate(results):
        counted = count_drift(state, result)
        judged = watch_drift(Judgment(Severity.NONE), counted, state, policy)
        if judged.severity is not state.severity and judged.severity is Severity.WATCH:
            begins.append(number)
        state = counted.after(judged)
    return begins


def _judge_year(population: ShipmentPopulation, drift: BatchedDrift) -> dict[int, Flags]:
    """By rows of a window, whether each column drifted [windows, columns]; never in a window that is too small."""
    columns = [*drift.numbers, *drift.categories]
    flags = {size: np.zeros((YEAR, len(columns)), dtype=np.bool_) for size in WINDOW_ROWS}
    sizes = [size for size in WINDOW_ROWS if size >= DriftPolicy().minimum_rows]
    for weekday in range(WEEKDAYS):
        days = range(weekday, YEAR, WEEKDAYS)
        windows = [population.draw_day(day, size) for size in sizes for day in days]
        judged = judge(drift.compare(weekday, population.members(windows)), len(drift.numbers), tests=len(columns) + 1)
        for size, of_size in zip(sizes, np.split(judged, len(sizes)), strict=True):
            flags[size][weekday::WEEKDAYS] = of_size
    return flags


def judge(distances: WindowDistances, numbers: int, tests: int) -> Flags:
    """Which columns drifted [windows, columns], as the policy's limits say."""
    policy = DriftPolicy()
    limits = np.full(distances.effects.shape[1], policy.minimum_category_effect)
    limits[:numbers] = policy.minimum_number_effect
    flags = np.zeros(distances.effects.shape, dtype=np.bool_)
    is_large = distances.effects >= limits
    misses_more = np.abs(distances.missing) >= policy.minimum_missing_effect
    for window in np.flatnonzero(is_large.any(axis=1) | misses_more.any(axis=1)):
        p_values = [*distances.p_values[window], *distances.missing_p_values[window]]
        adjusted = np.array(adjust_p_values(p_values, tests, policy.alpha)) <= policy.alpha
        flags[window] = is_large[window] & adjusted[: len(limits)]
        flags[window, :numbers] |= misses_more[window] & adjusted[len(limits) :]
    return flags


def _results(flags: Flags, drift: BatchedDrift, size: int) -> Iterable[DriftResult]:
    status = {True: ColumnStatus.DRIFTED, False: ColumnStatus.STABLE}
    names = [*drift.numbers, *drift.categories]
    for row in flags:
        columns = {name: ColumnDrift(name, status[bool(flag)], size) for name, flag in zip(names, row, strict=True)}
        prediction = columns.pop(PREDICTION)
        yield DriftResult(size, tuple(columns.values()), prediction, None, None)


def _check(population: ShipmentPopulation, drift: BatchedDrift, size: int, flags: Flags) -> float:
    """The largest difference from the detector's effects and p-values. Raises ValueError for another status."""
    names, largest = [*drift.numbers, *drift.categories], 0.0
    for day in range(CHECKED_WINDOWS):
        shipments = population.draw_day(day, size)
        distances = drift.compare(day % WEEKDAYS, population.members([shipments]))
        result = drift.detect(population.window(day, shipments))
        columns = {column.column: column for column in (*result.columns, result.prediction)}
        for position, name in enumerate(names):
            effect, p_value = distances.effects[0, position], distances.p_values[0, position]
            largest = max(
                largest, abs((columns[name].effect or 0) - effect), abs((columns[name].p_value or 0) - p_value)
            )
            if columns[name].status.is_drift != flags[day, position]:
                raise ValueError(f"{name} on day {day}: the product's detector says {columns[name].status}")
    return largest


def _report(
    begins: Mapping[int, list[list[int]]], drifted: Mapping[int, list[float]], difference: float
) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    rows = []
    for size, of_size in begins.items():
        most = max(_busiest_quarter(one) for one in of_size)
        enough = size >= DriftPolicy().minimum_rows
        rows.append(
            (
                f"{size:,}",
                f"{len(of_size)}",
                f"{enough:.0%}",
                f"{np.mean(drifted[size]):.2%}" if enough else "–",
                f"{sum(map(len, of_size))}",
                f"{most}",
            )
        )
        figures[f"watches per stream and quarter, {size} rows"] = Target(most, 1, "lower")
    print_table(
        f"No drift, {YEAR} daily windows × 15 columns, a mix that moves ±{100 * MIX:g} points; effects and p-values "
        f"within {difference:.0e} of the product's detector",
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
