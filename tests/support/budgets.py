"""How long each layer of tests may take, and a pytest plugin that fails the run of a layer which takes much longer.

Two measures, because either alone misleads. Processor seconds (of the worker, and of the children it has waited for)
are judged strictly, but a test that sleeps costs none. Elapsed seconds count waiting too, and are first reduced by the
share in which the worker was kept from a core. Both are divided by the slowdown of the machine in this run.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from support import machine_speed
from support.forked_seconds import forked_seconds

TESTS = Path(__file__).parents[1]


class Budget(NamedTuple):
    """Seconds that a layer needs on two quiet cores, summed over all workers."""

    processor: float
    elapsed: float


BUDGETS = {
    "unit": Budget(processor=165, elapsed=165),
    "contract": Budget(processor=175, elapsed=185),
    "integration": Budget(processor=280, elapsed=330),
    "e2e": Budget(processor=600, elapsed=640),
}
TOLERANCE = Budget(processor=1.5, elapsed=2)


@dataclass
class Used:
    """Seconds. `ran` and `waited` are the worker's own on a core and for one; where they are unknown, both are 0.

    `sampled` is what `samples` pieces of reference work took.
    """

    processor: float = 0
    elapsed: float = 0
    ran: float = 0
    waited: float = 0
    sampled: float = 0
    samples: int = 0

    @classmethod
    def so_far(cls) -> "Used":
        """By this process, the children that it has waited for, and those of its fork server.

        Of elapsed time each test knows its own.
        """
        try:
            ran, waited = (int(word) / 1e9 for word in Path("/proc/self/schedstat").read_text().split()[:2])
        except (OSError, ValueError):  # not Linux, or a kernel without these figures
            ran = waited = 0
        return cls(sum(os.times()[:4]) + forked_seconds(), 0, ran, waited)

    def add(self, other: "Used", sign: int = 1) -> None:
        for name, seconds in asdict(other).items():
            setattr(self, name, getattr(self, name) + sign * seconds)

    @property
    def slowdown(self) -> float:
        """How many times slower than the machine of the budgets this one was."""
        return machine_speed.slowdown(self.sampled, self.samples)

    @property
    def on_quiet_cores(self) -> Budget:
        """What the machine of the budgets would have needed with nothing else to do."""
        share = self.ran / (self.ran + self.waited) if self.ran else 1
        return Budget(self.processor / self.slowdown, self.elapsed * share / self.slowdown)

    @property
    def as_measured(self) -> str:
        """The seconds of this machine, where it was slower or had other programs to run; else nothing."""
        if self.slowdown < 1.1 and self.waited <= self.ran / 10:
            return ""
        return (
            f" (measured: {self.processor:.0f} and {self.elapsed:.0f}, on a machine {self.slowdown:.1f} times slower)"
        )


def excesses(layer: str, used: Used, budget: Budget, factor: float = 1) -> list[str]:
    """What the layer used beyond that by which it may exceed its budget: a sentence each."""
    return [
        f"budget exceeded: {layer} took {seconds:.1f} {kind} seconds; its budget is {expected * factor:.1f}, "
        f"and at most {expected * factor * tolerance:.1f} are allowed"
        for kind, seconds, expected, tolerance in zip(
            Budget._fields, used.on_quiet_cores, budget, TOLERANCE, strict=True
        )
        if seconds > expected * factor * tolerance
    ]


class LayerBudgets:
    """Measures each layer in the workers, adds the workers up, and judges layers of which every test was collected."""

    def __init__(
        self,
        tests: Path = TESTS,
        budgets: dict[str, Budget] = BUDGETS,
        factor: float = 1,
        sample: Callable[[], float] = machine_speed.sample,
    ) -> None:
        self._tests, self._budgets, self._factor, self._sample = tests, budgets, factor, sample
        self._used: defaultdict[str, Used] = defaultdict(Used)
        self._partial: set[str] = set()
        self._last_reading = Used()
        self._sampled_before: Path | None = None

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        self._partial |= {self._layer_of(item.path) for item in items}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        collected = {item.path for item in session.items}
        single_tests = any("::" in argument for argument in session.config.args)
        for layer in self._budgets:
            if single_tests or not set((self._tests / layer).glob("test_*.py")) <= collected:
                self._partial.add(layer)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        if item.path != self._sampled_before:
            layer = self._used[self._layer_of(item.path)]
            layer.sampled += self._sample()
            layer.samples += 1
            self._sampled_before = item.path
        self._last_reading = Used.so_far()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        reading, layer = Used.so_far(), self._used[self._layer_of(item.path)]
        layer.add(reading)
        layer.add(self._last_reading, -1)
        layer.elapsed += call.duration
        self._last_reading = reading

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Add what a worker measured; a worker that crashed reports nothing, and then nothing is judged."""
        report = getattr(node, "workeroutput", {}).get("layers")
        if report is None:
            self._partial |= set(self._budgets)
            return
        self._partial |= set(report["partial"])
        for layer, used in report["used"].items():
            self._used[layer].add(Used(**used))

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["layers"] = {
                "partial": sorted(self._partial),
                "used": {layer: asdict(used) for layer, used in self._used.items()},
            }
        elif exitstatus == pytest.ExitCode.OK and self.errors():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def lines(self) -> list[str]:
        """What each layer that ran used, of what it may use."""
        return [
            f"{layer}: {used.on_quiet_cores.processor:.0f} of {budget.processor * self._factor:.0f} processor seconds, "
            f"{used.on_quiet_cores.elapsed:.0f} of {budget.elapsed * self._factor:.0f} elapsed{used.as_measured}"
            f"{', not all of its tests' if layer in self._partial else ''}"
            for layer, budget in self._budgets.items()
            if (used := self._used.get(layer))
        ]

    def errors(self) -> list[str]:
        """Which layers, run as a whole, took so much more than their budget that the run fails."""
        return [
            error
            for layer, used in self._used.items()
            if layer in self._budgets and layer not in self._partial
            for error in excesses(layer, used, self._budgets[layer], self._factor)
        ]

    def _layer_of(self, path: Path) -> str:
        return path.relative_to(self._tests).parts[0] if path.is_relative_to(self._tests) else ""
