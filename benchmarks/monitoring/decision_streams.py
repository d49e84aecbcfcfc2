"""Decisions: false pages of streams without harm, pages of harms and their change points."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.monitoring.paged_streams import Pages, StreamSettings, StreamSimulator
from benchmarks.monitoring.shipment_pool import (
    FLIPPED_TRAFFIC,
    HIGHER_LOG_ODDS,
    MOVED_COLUMN,
    NEW_SUPPLIER,
    NO_DRIFT,
    UNKNOWN_CAUSE,
    ShipmentPool,
    create_pool,
)
from benchmarks.report import Target, print_table
from delay_core.monitoring.loss_test import Alternative, Harm, LossTest
from delay_core.monitoring.policy import MonitoringPolicy

POLICY = MonitoringPolicy()
PER_DAY = (50, 200, 2_000)
LATE_RATE = 0.12
"""As in the table scms."""
SIMULATOR_LATE_RATE = 0.4
MODELS = 10
NULL_STREAMS = 200
RUNS = 50
DAYS = 365
MAX_OUTCOMES = 300
DAYS_AFTER_CHANGE = {50: 40, 200: 15, 2_000: 2}
"""How long harms are followed."""
CHANGE_DAYS = 15 + 6 * np.arange(RUNS)
"""The day of the change of each run."""
HARMS = (UNKNOWN_CAUSE, FLIPPED_TRAFFIC, HIGHER_LOG_ODDS)
HARMLESS = {
    NO_DRIFT: (np.full(NULL_STREAMS, DAYS), 0.05),
    MOVED_COLUMN: (CHANGE_DAYS, 0.0),
    NEW_SUPPLIER: (CHANGE_DAYS, 0.0),
}
"""The days of the changes, and the largest share of streams that may be paged."""
ORACLE: Mapping[str, Any] = {"alternatives": (Alternative(Harm.MORE_LATE, 1.0),)}
"""A test that knows the harm, but not its day: the same budget, start weights and treatment of groups."""
ORACLE_OF_DAY: Mapping[str, Any] = {**ORACLE, "lifetime": 1}
"""One that knows the day, too: nine tenths of the weight are on it."""
Integers = NDArray[np.int64]


def measure() -> Mapping[str, Target]:
    """Print the results; the targets."""
    pools = [create_pool(LATE_RATE, seed) for seed in range(MODELS)]
    return {**_measure_false_pages(pools), **_measure_harms(pools)}


def _measure_false_pages(pools: list[ShipmentPool]) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    table = []
    for per_day in PER_DAY:
        settings = StreamSettings(per_day, DAYS, POLICY.false_alarm_budget)
        cells = [f"{per_day:,}"]
        for drift, (changes, limit) in HARMLESS.items():
            first = np.where(changes < DAYS, changes, 0) * per_day
            share = float((_run(pools, drift, settings, changes).outcomes > first).mean())
            cells.append(f"{share:.1%} of {len(changes)}")
            figures[f"{drift}, {per_day} a day: share paged in a year"] = Target(share, limit, "lower")
        table.append(cells)
    print_table(
        f"Streams of {DAYS} days that are ever paged, or paged after the drift", ("shipments a day", *HARMLESS), table
    )
    return figures


def _measure_harms(pools: list[ShipmentPool]) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    table = []
    for per_day in PER_DAY:
        for harm in HARMS:
            within, off, cells = _measure_harm(pools, harm, per_day)
            table.append((f"{harm}, {per_day:,} a day", *cells))
            case = f"{harm}, {per_day} a day"
            if harm != HIGHER_LOG_ODDS:
                figures[f"{case}: share paged within {MAX_OUTCOMES} outcomes"] = Target(within, 0.9, "higher")
            figures[f"{case}: windows between change and change point, median"] = Target(off, 1, "lower")
    others = [create_pool(SIMULATOR_LATE_RATE, seed) for seed in range(MODELS)]
    for harm in HARMS:
        *_, cells = _measure_harm(others, harm, 200)
        table.append((f"{harm}, 200 a day, {SIMULATOR_LATE_RATE:.0%} late", *cells))
    print_table(
        f"{RUNS} harms each, at a late rate of {LATE_RATE:.0%} where none is named",
        (
            "",
            f"paged within {MAX_OUTCOMES}",
            "by a test that knows the harm",
            "and its day",
            "outcomes until half are paged",
            "until 90 % are",
            "change point off by",
        ),
        table,
    )
    return figures


def _measure_harm(pools: list[ShipmentPool], harm: str, per_day: int) -> tuple[float, float, tuple[str, ...]]:
    """The share paged in time, by how many windows the change point is off, and the cells of the table."""
    changes = CHANGE_DAYS
    settings = StreamSettings(per_day, int(changes.max()) + DAYS_AFTER_CHANGE[per_day], POLICY.false_alarm_budget)
    pages = _run(pools, harm, settings, changes)
    delays = _delays(pages, changes * per_day)
    within = float((delays <= MAX_OUTCOMES).mean())
    oracle = _delays(_run(pools, harm, settings, changes, ORACLE), changes * per_day)
    at_once = np.zeros_like(changes)
    of_the_day = _delays(
        _run(pools, harm, replace(settings, days=DAYS_AFTER_CHANGE[per_day]), at_once, ORACLE_OF_DAY), at_once
    )
    off = float(np.median(np.abs(pages.change_day - changes)[pages.outcomes >= 0]))
    quantiles = (np.sort(delays)[int(np.ceil(share * RUNS)) - 1] for share in (0.5, 0.9))
    bounds = (f"{(one <= MAX_OUTCOMES).mean():.0%}" for one in (oracle, of_the_day))
    cells = (f"{within:.0%}", *bounds, *(f"{quantile:,}" for quantile in quantiles), f"{off:g}")
    return within, off, cells


def _delays(pages: Pages, first: Integers) -> Integers:
    """The outcomes from the first one with the harm until the page; very many without a page."""
    delays: Integers = np.where(pages.outcomes >= first, pages.outcomes - first, np.iinfo(np.int64).max)
    return delays


def _run(
    pools: list[ShipmentPool],
    harm: str,
    settings: StreamSettings,
    changes: Integers,
    oracle: Mapping[str, Any] | None = None,
) -> Pages:
    """Streams with these change days, one part of them from each pool; `oracle` is what the test knows beyond ours."""
    parts = []
    for number, pool in enumerate(pools):
        test, knows_harm = replace(_create_test(pool), **(oracle or {})), oracle is not None
        worlds = pool.worlds[NO_DRIFT], pool.worlds[harm]
        simulator = StreamSimulator(test, *worlds, settings, knows_harm=knows_harm)
        parts.append(simulator.run(changes[number :: len(pools)], seed=number))
    pages = Pages(np.empty_like(changes), np.empty_like(changes))
    for number, part in enumerate(parts):
        pages.outcomes[number :: len(pools)] = part.outcomes
        pages.change_day[number :: len(pools)] = part.change_day
    return pages


def _create_test(pool: ShipmentPool) -> LossTest:
    served, late = pool.reference_served, pool.reference_late
    return POLICY.create_loss_test(served, late, np.arange(len(late)))
