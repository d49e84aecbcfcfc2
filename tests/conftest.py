"""What all tests share: real tables, and the last lines of a run."""

from collections import Counter
from pathlib import Path

import pytest

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


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
def pytest_terminal_summary(terminalreporter):
    """Seconds per layer, and how many tests on real data were skipped, and why."""
    seconds: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                seconds[report.nodeid.split("/")[1]] += report.duration
    layers = ", ".join(f"{layer} {total:.0f} s" for layer, total in sorted(seconds.items()))
    terminalreporter.write_line(f"time by layer: {layers}")
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "real_data" in r.keywords]
    why = f" because {REAL_DATA} is absent" if skipped else ""
    terminalreporter.write_line(f"tests on real data skipped: {len(skipped)}{why}")
