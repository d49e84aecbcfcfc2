"""What all tests share: Hypothesis' profiles, real tables, budgets, and the last lines of a run."""

import gc
import os
import sys
from collections import Counter
from functools import wraps
from pathlib import Path

import hypothesis
import pytest

from support.budgets import LayerBudgets

pytest_plugins = ["support.leftovers"]

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"

hypothesis.settings.register_profile("ci", max_examples=50, deadline=None, print_blob=True)
hypothesis.settings.register_profile("nightly", max_examples=1_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def keep_collection_out(method):
    """SlipCover, before Python 3.12, reads the frames of all threads under a lock of the interpreter. A collection then
    may call Python code that waits for another thread, which waits for the lock: the run would never end.
    """

    @wraps(method)
    def call(self):
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return method(self)
        finally:
            if was_enabled:
                gc.enable()

    return call


def pytest_configure(config):
    coverage = sys.modules.get("slipcover.slipcover")
    if coverage and sys.version_info < (3, 12):
        coverage.Slipcover.deinstrument_seen = keep_collection_out(coverage.Slipcover.deinstrument_seen)
    config.addinivalue_line("markers", "real: a test of tests/contract that runs what `make test-fast` leaves out")
    factor = 2 if os.environ.get("CI") == "true" else 1
    config.pluginmanager.register(LayerBudgets(factor=factor), "layer-budgets")


@pytest.fixture(scope="session")
def smart_logistics():
    """The real table; the test is skipped where it is absent."""
    path = REAL_DATA / "smart_logistics" / "smart_logistics_dataset.csv"
    if not path.is_file():
        pytest.skip(f"real data: {path} is absent")
    return path


@pytest.fixture(scope="session")
def scms():
    """The real table of deliveries; the test is skipped where it is absent."""
    path = REAL_DATA / "scms" / "scms.csv"
    if not path.is_file():
        pytest.skip(f"real data: {path} is absent")
    return path


def pytest_collection_modifyitems(items):
    for item in items:
        if {"smart_logistics", "scms"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.real_data)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    """What each layer took; how many tests were skipped for want of data or programs; which layer broke its budget."""
    budgets = config.pluginmanager.getplugin("layer-budgets")
    for line in budgets.lines():
        terminalreporter.write_line(line)
    skipped = terminalreporter.stats.get("skipped", [])
    without_data = sum("real_data" in report.keywords for report in skipped)
    why = f" because {REAL_DATA} is absent" if without_data else ""
    terminalreporter.write_line(f"tests on real data skipped: {without_data}{why}")
    reasons = Counter(str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        if "apt-get install" in reason:
            terminalreporter.write_line(f"tests skipped: {count} because {reason}; make test-programs installs it")
    for error in budgets.errors():
        terminalreporter.write_line(error, red=True)
