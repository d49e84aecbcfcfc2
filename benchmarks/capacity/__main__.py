"""Capacity: processor time of a prediction, what 10,000, 100,000 and a million a second need, and its simulation."""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.capacity.costs import CONNECTIONS, Costs, measure_costs
from benchmarks.capacity.model import DATABASE_CORES, MAX_DATABASES, largest_rate_of, plan
from benchmarks.capacity.simulation import simulate
from benchmarks.report import Target, finish, print_table

RATES = (1_000, 10_000, 100_000, 1_000_000)
MAX_P99_SECONDS = 0.05
TOO_FEW = 1 / 3
"""With this share of the planned replicas, queues must grow: otherwise the plan is too large."""
MIN_CHECKED_REPLICAS = 10
"""Smaller plans are rounded up, and have their spare replica: a third of them may do."""


def main() -> None:
    """Measure, plan, simulate, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="of load")
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="delay-capacity-") as scratch:
        Path(scratch).chmod(0o711)  # PostgreSQL runs as another user
        costs = measure_costs(Path(scratch), seconds)
    _print_costs(costs)
    figures: dict[str, Target] = {}
    rows = []
    for rate in RATES:
        planned = plan(rate, costs)
        simulated = simulate(planned, costs)
        fewer = replace(planned, replicas=max(1, int(planned.replicas * TOO_FEW)))
        rows.append(
            [
                f"{rate:,}",
                f"{planned.replicas:,}",
                planned.store,
                f"{planned.terabytes_per_day:.2f}",
                f"{simulated.p99_queue * 1e3:.1f}",
                f"{simulated.p99_commit * 1e3:.1f}",
            ]
        )
        figures[f"p99_ms_at_{rate}"] = Target(simulated.p99 * 1e3, MAX_P99_SECONDS * 1e3, "lower")
        figures[f"stable_at_{rate}"] = Target(float(simulated.is_stable), 1, "higher")
        if planned.replicas >= MIN_CHECKED_REPLICAS:
            figures[f"stable_with_fewer_at_{rate}"] = Target(float(simulate(fewer, costs).is_stable), 0, "lower")
    print_table(
        "What a rate needs; the waits of one in a hundred, simulated",
        ("predictions/s", "replicas of one core", "log", "TB a day", "queue, ms", "commit, ms"),
        rows,
    )
    sys.stderr.write(
        f"One PostgreSQL of {DATABASE_CORES} cores logs {largest_rate_of(1, costs):,.0f} predictions/s, "
        f"{MAX_DATABASES} log {largest_rate_of(MAX_DATABASES, costs):,.0f}.\n"
    )
    finish(figures)


def _print_costs(costs: Costs) -> None:
    print_table(
        f"One prediction, requested alone and logged; {costs.requests:,} requests",
        ("", "µs of a core", "per second and core"),
        [
            ["API", f"{costs.api_seconds * 1e6:.0f}", f"{costs.requests_per_core:,.0f}"],
            ["PostgreSQL", f"{costs.database_seconds * 1e6:.0f}", f"{costs.rows_per_core:,.0f}"],
        ],
    )
    sys.stderr.write(
        f"A row has {costs.row_bytes:.0f} bytes on disk and {costs.wal_bytes:.0f} in the write-ahead log. "
        f"This worker answered {costs.answers_per_second:,.0f} requests/s of {CONNECTIONS} connections.\n"
    )


if __name__ == "__main__":
    main()
