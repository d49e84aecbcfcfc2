"""Rounds of load: each system in turn for some seconds; the system that begins a round is the last of the next one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.report import print_table
from benchmarks.serving.load import LoadResult, percentile_ms, run_load
from benchmarks.serving.systems import CEILING, System


@dataclass(frozen=True)
class RoundResults:
    """The results of one system."""

    rounds: Sequence[LoadResult]

    @property
    def rate(self) -> float:
        """Answers per second, the median of the rounds."""
        return median(result.rate for result in self.rounds)

    def latency_ms(self, percent: float) -> float:
        """A percentile of the latencies of all rounds, in milliseconds."""
        return percentile_ms(np.concatenate([result.latencies for result in self.rounds]), percent)

    @property
    def answered(self) -> int:
        """Answers with 200, including those of warm-ups."""
        return sum(result.answered for result in self.rounds)

    @property
    def failed(self) -> int:
        """Answers with another status, and closed connections."""
        return sum(sum(result.failed.values()) for result in self.rounds)


def run_rounds(systems: Sequence[System], connections: int, rounds: int, seconds: float) -> dict[str, RoundResults]:
    """Put load on the systems in turn; their results by name."""
    results: dict[str, list[LoadResult]] = {system.name: [] for system in systems}
    for number in range(rounds):
        first = number % len(systems)
        for system in (*systems[first:], *systems[:first]):
            results[system.name].append(run_load(system.server.port, system.requests, connections, seconds=seconds))
    return {name: RoundResults(loads) for name, loads in results.items()}


def print_rounds(title: str, results: Mapping[str, RoundResults]) -> None:
    """Print one row per system."""
    ceiling = results[CEILING].rate if CEILING in results else None
    print_table(
        title,
        ("system", "requests/s", "rounds from", "to", "of the ceiling", "p50 ms", "p99 ms", "p99.9 ms", "failed"),
        [
            (
                name,
                f"{result.rate:,.0f}",
                f"{min(load.rate for load in result.rounds):,.0f}",
                f"{max(load.rate for load in result.rounds):,.0f}",
                f"{result.rate / ceiling:.3f}" if ceiling else "",
                *(f"{result.latency_ms(percent):.2f}" for percent in (50, 99, 99.9)),
                _format_failures(result),
            )
            for name, result in results.items()
        ],
    )


def _format_failures(result: RoundResults) -> str:
    counts = sum((Counter(load.failed) for load in result.rounds), Counter[int]())
    return ", ".join(f"{count} × {status or 'closed'}" for status, count in sorted(counts.items())) or "0"
