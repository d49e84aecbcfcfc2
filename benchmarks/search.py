"""Search: seconds of each step of training on a wide table with many categories: `python -m benchmarks.search`.

The table has 6,000 rows and 30 columns, of which 10 are categories of up to 300 values. Processor seconds depend little
on other programs; elapsed seconds have a target only if other programs leave it both cores.
"""

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess
from benchmarks.report import Target, finish, print_table, print_text
from delay_core import parse_schema
from delay_core.reports import PreprocessReport, TrainReport
from entrypoints.cli.progress import Progress

ROWS = 6_000
CATEGORIES = (300, 300, 250, 200, 150, 100, 64, 40, 12, 5)
"""Values of each categorical column."""
NUMBERS = 15
THRESHOLD_QUANTILE = 0.9
"""Of the score; noise makes a fifth of the orders late."""
SEARCH = "Searching parameters"
"""The step with a target."""
MAX_SECONDS = 90
CORES = 2
MAX_OTHER_SHARE = 0.05
"""Of the time of all cores, for other programs."""
MAX_FEATURES = 200
"""Indicators of a tenth of the late orders, and a few features for each column."""


@dataclass(frozen=True)
class Seconds:
    """Elapsed seconds, and the processor seconds of this process and of other programs."""

    elapsed: float
    processor: float
    other: float

    @classmethod
    def now(cls) -> "Seconds":
        """Since the process started."""
        usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        processor = sum(one.ru_utime + one.ru_stime for one in usage)
        user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
        return cls(time.perf_counter(), processor, (user + nice + system) / os.sysconf("SC_CLK_TCK") - processor)

    def __sub__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.elapsed - other.elapsed, self.processor - other.processor, self.other - other.other)


class StepTimer(Progress):
    """Shows progress and measures each step."""

    def __init__(self) -> None:
        super().__init__()
        self._starts: list[tuple[str, Seconds]] = []

    def step(self, title: str, total: int | None = None) -> None:
        self._starts.append((title, Seconds.now()))
        super().step(title, total)

    def by_step(self) -> dict[str, Seconds]:
        """The seconds of each step, until the next one or now."""
        ends = [start for _, start in self._starts[1:]] + [Seconds.now()]
        return {title: end - start for (title, start), end in zip(self._starts, ends, strict=True)}


def main() -> None:
    """Measure, print, and compare with the targets."""
    argparse.ArgumentParser(prog="make bench-search", description=__doc__).parse_args()
    progress = StepTimer()
    with tempfile.TemporaryDirectory() as folder, progress:
        path = Path(folder) / "orders.csv"
        table = orders()
        table.to_csv(path, index=False)
        container = create_container(Path(folder) / "data", progress)
        schema = parse_schema(yaml.safe_dump(describe(table)), "orders.yaml")
        ingested, prepared = ingest_and_preprocess(container, schema, str(path))
        trained: TrainReport = container.use_cases.train()(schema, ingested, prepared).report
        seconds = progress.by_step()
    _report(prepared, trained, seconds)


def orders() -> pd.DataFrame:
    """The table: the effects of categories and of four numbers make a fifth of the orders late."""
    draw = np.random.default_rng(7)
    ordered = np.datetime64("2023-01-01T00:00", "m") + np.sort(draw.integers(0, 730 * 1440, ROWS)).astype("m8[m]")
    promised = ordered + draw.integers(1440, 30 * 1440, ROWS).astype("m8[m]")
    columns: dict[str, Any] = {"order_id": np.arange(ROWS), "ordered_at": ordered, "promised_at": promised}
    score = np.zeros(ROWS)
    for index, values in enumerate(CATEGORIES):
        shares = 1 / np.arange(1, values + 1) ** 0.7
        codes = draw.choice(values, ROWS, p=shares / shares.sum())
        score += draw.normal(scale=0.35, size=values)[codes]
        columns[f"code_{index}"] = [f"k{code:03}" for code in codes]
    for index in range(NUMBERS):
        numbers = draw.lognormal(size=ROWS) * 10.0 ** (index % 4)
        columns[f"amount_{index}"] = np.where(draw.random(ROWS) < 0.02, np.nan, numbers.round(2))
        score += 0.4 * np.log(numbers / 10.0 ** (index % 4)) * (index < 4)
    late = draw.random(ROWS) < 1 / (1 + np.exp(-(score - np.quantile(score, THRESHOLD_QUANTILE))))
    return pd.DataFrame({**columns, "carrier_note": "", "status": np.where(late, "late", "on time")})


def describe(table: pd.DataFrame) -> dict[str, Any]:
    """The schema of the table."""
    roles = {"order_id": "identifier", "ordered_at": "timestamp", "promised_at": "timestamp", "carrier_note": "ignored"}
    columns: dict[str, Any] = {name: {"role": role} for name, role in roles.items()}
    columns |= {f"code_{index}": {"role": "categorical", "nullable": True} for index in range(len(CATEGORIES))}
    columns |= {f"amount_{index}": {"role": "numeric", "nullable": True} for index in range(NUMBERS)}
    columns["status"] = {"role": "label", "available_at": "delivered"}
    return {
        "name": "orders",
        "version": 1,
        "source": {"timezone": "UTC"},
        "prediction_point": {"column": "ordered_at", "stage": "order"},
        "label": {"column": "status", "late": ["late"], "on_time": ["on time"], "known_after": "P10D"},
        "key": "order_id",
        "calendar": [{"column": "ordered_at", "parts": ["hour", "weekday", "month", "trend"]}],
        "derived": {"allowed": {"days": ["ordered_at", "promised_at"]}},
        "columns": {name: columns[name] for name in table.columns},
    }


def _report(prepared: PreprocessReport, trained: TrainReport, seconds: Mapping[str, Seconds]) -> None:
    print_table(
        f"{ROWS:,} rows, 30 columns, {len(prepared.features)} features, {len(trained.trials)} trials",
        ("step", "seconds", "processor seconds"),
        [(title.split(" /")[0], f"{step.elapsed:.1f}", f"{step.processor:.1f}") for title, step in seconds.items()],
    )
    print_text(f"{trained.winner.replace('_', ' ')}: ROC-AUC on the test rows {trained.test.winner['roc_auc']}")
    search = seconds[SEARCH]
    figures = {
        "features": Target(len(prepared.features), MAX_FEATURES, "lower"),
        "processor seconds of the search": Target(search.processor, CORES * MAX_SECONDS, "lower"),
    }
    if search.other <= MAX_OTHER_SHARE * search.elapsed * (os.cpu_count() or 1):
        figures["seconds of the search"] = Target(search.elapsed, MAX_SECONDS, "lower")
    else:
        print_text("Other programs occupied the cores: elapsed seconds have no target")
    finish(figures)


if __name__ == "__main__":
    main()
