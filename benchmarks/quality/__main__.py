"""Quality, part by part. Real tables are read from `--data`; absent ones are named at the end and not measured."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.parts import add_parts, parse_parts
from benchmarks.quality import (
    alternatives,
    permuted_labels,
    readme_results,
    recalibration,
    rolling_origins,
    selection_rules,
    shift_suite,
    simulated_truth,
    training_speed,
)
from benchmarks.report import Target, finish, print_text
from entrypoints.cli.progress import Progress

ROOT = Path(__file__).parents[2]
FILES = {
    "smart_logistics": Path("smart_logistics") / "smart_logistics_dataset.csv",
    "scms": Path("scms") / "scms.csv",
}
PARTS = ("tables", "origins", "shifts", "recalibration", "simulated", "permuted", "alternatives", "speed")
ROWS = 1_000_000


def arguments(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; all parts if none is selected."""
    parser = argparse.ArgumentParser(prog="make bench-quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of the real tables")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the table whose training is timed")
    add_parts(parser, PARTS)
    return parse_parts(parser, PARTS, command_line)


def main() -> None:
    """Measure, print, and compare with the targets."""
    options = arguments()
    files = {name: options.data / file for name, file in FILES.items() if (options.data / file).is_file()}
    figures: dict[str, Target] = {}
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        scratch = Path(folder)
        if "tables" in options.parts:
            figures |= readme_results.measure(files, scratch, progress)
        if "origins" in options.parts and "scms" in files:
            figures |= rolling_origins.measure(files["scms"], scratch, progress)
        if "shifts" in options.parts:
            figures |= shift_suite.measure(files.get("scms"), scratch, progress)
        if "recalibration" in options.parts:
            figures |= recalibration.measure(files.get("scms"), scratch, progress)
        if "simulated" in options.parts:
            figures |= simulated_truth.measure(scratch, progress)
        if "permuted" in options.parts:
            figures |= permuted_labels.measure(files.get("smart_logistics"), scratch, progress)
        if "alternatives" in options.parts:
            alternatives.measure(files, progress)
            selection_rules.measure(files, scratch, progress)
        if "speed" in options.parts:
            figures |= training_speed.measure(options.rows, scratch, progress)
    for name in FILES.keys() - files.keys():
        print_text(f"{options.data / FILES[name]} is absent: nothing was measured on {name}")
    finish(figures)


if __name__ == "__main__":
    main()
