"""Rounds: each server is loaded in turn, repeatedly; the order rotates, so that no server is always the first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.report import print_table
from benchmarks.serving.load import LoadResult, percentile, run_load
from benchmarks.serving.servers_under_test import CEILING, ServerUnderTest


@dataclass(frozen=True)
class ServerResult:
    """The results of all rounds of one server."""

    rounds: Sequence[LoadResult]

    @property
    def rate(self) -> float:
        """Responses per second, the median of the rounds."""
        return median(result.rate for result in self.rounds)

    def latency_ms(self, percent: float) -> float:
        """The percentile of the latencies of all rounds, in milliseconds."""
        return percentile(np.concatenate([result.latencies for result in self.rounds]), percent)

    @property
    def answered(self) -> int:
        """Responses with status 200, including those of the warm-ups."""
        return sum(result.answered for result in self.rounds)

    @property
    def failed(self) -> int:
        """Responses with another status, and closed connections."""
        return sum(sum(result.failed.values()) for result in self.rounds)


def run_rounds(
    servers: Sequence[ServerUnderTest], connections: int, rounds: int, seconds: float
) -> dict[str, ServerResult]:
    """Load the servers in turn; the result of each by its name."""
    results: dict[str, list[LoadResult]] = {server.name: [] for server in servers}
    for number in range(rounds):
        first = number % len(servers)
        for server in (*servers[first:], *servers[:first]):
            results[server.name].append(run_load(server.process.port, server.requests, connections, seconds=seconds))
    return {name: ServerResult(loads) for name, loads in results.items()}


def print_results(title: str, results: Mapping[str, ServerResult]) -> None:
    """Print a row per server."""
    ceiling = results[CEILING].rate if CEILING in results else None
    print_table(
        title,
        ("who", "requests/s", "rounds from", "to", "of the ceiling", "p50 ms", "p99 ms", "p99.9 ms", "failed"),
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


def _format_failures(result: ServerResult) -> str:
    statuses = sum((Counter(load.failed) for load in result.rounds), Counter[int]())
    return ", ".join(f"{count} × {status or 'closed'}" for status, count in sorted(statuses.items())) or "0"
