"""The worklist, part by part. The real table is read from `--data`; if it is absent, that is printed at the end."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.parts import add_parts, parse_parts
from benchmarks.quality.__main__ import FILES, ROOT
from benchmarks.report import Target, finish, print_text
from benchmarks.worklist import deliveries, simulated
from entrypoints.cli.progress import Progress

PARTS = ("simulated", "scms")
SEEDS = 3


def arguments(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; both parts if none is selected."""
    parser = argparse.ArgumentParser(prog="make bench-worklist", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real tables")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="models that are trained on simulated shipments")
    add_parts(parser, PARTS)
    return parse_parts(parser, PARTS, command_line)


def main() -> None:
    """Measure, print, and compare with the targets."""
    options, figures = arguments(), dict[str, Target]()
    table = options.data / FILES["scms"]
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        if "simulated" in options.parts:
            figures |= simulated.measure(options.seeds, Path(folder), progress)
        if "scms" in options.parts and table.is_file():
            figures |= deliveries.measure(table, Path(folder), progress)
    if "scms" in options.parts and not table.is_file():
        print_text(f"{table} is absent: nothing was measured on scms")
    finish(figures)


if __name__ == "__main__":
    main()
