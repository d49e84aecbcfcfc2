"""Monitoring, part by part."""

import argparse
from collections.abc import Callable, Mapping, Sequence

from benchmarks.monitoring import (
    decision_streams,
    drift_speed,
    drift_streams,
    large_windows,
    performance_windows,
    scms_months,
)
from benchmarks.parts import add_parts, parse_parts
from benchmarks.report import Target, finish

MEASUREMENTS: Mapping[str, Callable[[], Mapping[str, Target]]] = {
    "drift": drift_streams.measure,
    "speed": drift_speed.measure,
    "windows": large_windows.measure,
    "decisions": decision_streams.measure,
    "performance": performance_windows.measure,
    "scms": scms_months.measure,
}
"""The function of each part: it prints its tables and returns its targets."""


def arguments(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; all parts if none is selected."""
    parser = argparse.ArgumentParser(prog="make bench-monitoring", description=__doc__)
    add_parts(parser, tuple(MEASUREMENTS))
    return parse_parts(parser, tuple(MEASUREMENTS), command_line)


def main() -> None:
    """Measure, print, and compare with the targets."""
    figures: dict[str, Target] = {}
    for part in arguments().parts:
        figures.update(MEASUREMENTS[part]())
    finish(figures)


if __name__ == "__main__":
    main()
