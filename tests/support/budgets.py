"""How long each layer of tests may take, and a pytest plugin that fails the run of a layer which takes much longer.

Two measures, because either alone misleads. Processor seconds (of the worker, and of the children it has waited for)
do not grow when other programs take a core, so they are judged strictly; but a test that sleeps costs none. Elapsed
seconds count waiting too, and double when a machine is shared, so only three times the budget is an error.
"""

import os
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]


class Budget(NamedTuple):
    """Seconds that a layer needs on two quiet cores, summed over all workers."""

    processor: float
    elapsed: float


BUDGETS = {
    "unit": Budget(processor=110, elapsed=110),
    "contract": Budget(processor=180, elapsed=220),
    "integration": Budget(processor=300, elapsed=450),
    "e2e": Budget(processor=650, elapsed=750),
}
TOLERANCE = Budget(processor=1.5, elapsed=3)


def processor_seconds() -> float:
    """What this process has used, and what those of its children had used that it has waited for."""
    return sum(os.times()[:4])


class LayerBudgets:
    """Measures each layer in the workers, adds the workers up, and judges layers of which every test was collected."""

    def __init__(self, tests: Path = TESTS, budgets: dict[str, Budget] = BUDGETS, factor: float = 1) -> None:
        self._tests, self._budgets, self._factor = tests, budgets, factor
        self._processor: Counter[str] = Counter()
        self._elapsed: Counter[str] = Counter()
        self._partial: set[str] = set()
        self._last_reading = 0.0

    def pytest_deselected(self, items) -> None:
        self._partial |= {self._layer_of(item.path) for item in items}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session) -> None:
        collected = {item.path for item in session.items}
        single_tests = any("::" in argument for argument in session.config.args)
        for layer in self._budgets:
            if single_tests or not set((self._tests / layer).glob("test_*.py")) <= collected:
                self._partial.add(layer)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        self._last_reading = processor_seconds()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item, call) -> None:
        reading, layer = processor_seconds(), self._layer_of(item.path)
        self._processor[layer] += reading - self._last_reading
        self._elapsed[layer] += call.duration
        self._last_reading = reading

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node) -> None:
        """Add what a worker measured; a worker that crashed reports nothing, and then nothing is judged."""
        report = getattr(node, "workeroutput", {}).get("layers")
        if report is None:
            self._partial |= set(self._budgets)
            return
        self._processor.update(report["processor"])
        self._elapsed.update(report["elapsed"])
        self._partial |= set(report["partial"])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session, exitstatus) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["layers"] = {
                "processor": dict(self._processor),
                "elapsed": dict(self._elapsed),
                "partial": sorted(self._partial),
            }
        elif exitstatus == pytest.ExitCode.OK and self.errors():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def lines(self) -> list[str]:
        """What each layer that ran used, of what it may use."""
        return [
            f"{layer}: {self._processor[layer]:.0f} of {budget.processor * self._factor:.0f} processor seconds, "
            f"{self._elapsed[layer]:.0f} of {budget.elapsed * self._factor:.0f} elapsed"
            f"{', not all of its tests' if layer in self._partial else ''}"
            for layer, budget in self._budgets.items()
            if layer in self._elapsed
        ]

    def errors(self) -> list[str]:
        """Which layers, run as a whole, took so much more than their budget that the run fails."""
        found = []
        for layer, budget in self._budgets.items():
            if layer in self._partial or layer not in self._elapsed:
                continue
            for kind, used in (("processor", self._processor[layer]), ("elapsed", self._elapsed[layer])):
                allowed = getattr(budget, kind) * self._factor
                if used > allowed * getattr(TOLERANCE, kind):
                    found.append(
                        f"budget exceeded: {layer} took {used:.1f} {kind} seconds; its budget is {allowed:.1f}, "
                        f"and at most {allowed * getattr(TOLERANCE, kind):.1f} are allowed"
                    )
        return found

    def _layer_of(self, path: Path) -> str:
        return path.relative_to(self._tests).parts[0] if path.is_relative_to(self._tests) else ""
