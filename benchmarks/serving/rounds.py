"""Rounds: everybody is loaded in turn, for some seconds, again and again; whoever began is last in the next round."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from benchmarks.report import print_table
from benchmarks.serving.contestants import CEILING, Contestant
from benchmarks.serving.load import Pressed, percentile, press


@dataclass(frozen=True)
class Raced:
    """What the rounds of one contestant gave."""

    rounds: Sequence[Pressed]

    @property
    def rate(self) -> float:
        """Answers a second, the median of the rounds."""
        return median(pressed.rate for pressed in self.rounds)

    def within(self, percent: float) -> float:
        """So many percent of all rounds' answers took at most so many milliseconds."""
        return percentile(np.concatenate([pressed.latencies for pressed in self.rounds]), percent)

    @property
    def answered(self) -> int:
        """Answers with 200, those of warm-ups too."""
        return sum(pressed.answered for pressed in self.rounds)

    @property
    def failed(self) -> int:
        """Answers with another status, and connections that were closed."""
        return sum(sum(pressed.failed.values()) for pressed in self.rounds)


def race(contestants: Sequence[Contestant], connections: int, rounds: int, seconds: float) -> dict[str, Raced]:
    """Load them in turn; what each one did, by name."""
    found: dict[str, list[Pressed]] = {one.name: [] for one in contestants}
    for number in range(rounds):
        first = number % len(contestants)
        for one in (*contestants[first:], *contestants[:first]):
            found[one.name].append(press(one.server.port, one.requests, connections, seconds=seconds))
    return {name: Raced(pressed) for name, pressed in found.items()}


def show(title: str, raced: Mapping[str, Raced]) -> None:
    """Print a row for each."""
    ceiling = raced[CEILING].rate if CEILING in raced else None
    print_table(
        title,
        ("who", "requests/s", "rounds from", "to", "of the ceiling", "p50 ms", "p99 ms", "p99.9 ms", "failed"),
        [
            (
                name,
                f"{found.rate:,.0f}",
                f"{min(pressed.rate for pressed in found.rounds):,.0f}",
                f"{max(pressed.rate for pressed in found.rounds):,.0f}",
                f"{found.rate / ceiling:.3f}" if ceiling else "",
                *(f"{found.within(percent):.2f}" for percent in (50, 99, 99.9)),
                _failures(found),
            )
            for name, found in raced.items()
        ],
    )


def _failures(found: Raced) -> str:
    told = sum((Counter(pressed.failed) for pressed in found.rounds), Counter[int]())
    return ", ".join(f"{count} × {status or 'closed'}" for status, count in sorted(told.items())) or "0"
