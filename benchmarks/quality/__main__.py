"""Quality, part by part. Real tables are read from `--data`; what is not there is said in the end, and left out."""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.parts import add_parts
from benchmarks.parts import asked as asked_of
from benchmarks.quality import origins, permuted, simulated, speed, tables
from benchmarks.report import Target, finish, print_text
from entrypoints.cli.progress import Progress

HERE = Path(__file__).parents[2]
FILES = {
    "smart_logistics": Path("smart_logistics") / "smart_logistics_dataset.csv",
    "scms": Path("scms") / "scms.csv",
}
PARTS = ("tables", "origins", "simulated", "permuted", "speed")
ROWS = 1_000_000


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for; without parts, all of them."""
    parser = argparse.ArgumentParser(prog="make bench-quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=HERE.parent / "shared" / "data", help="folder of the real tables")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the table whose training is timed")
    add_parts(parser, PARTS)
    return asked_of(parser, PARTS, given)


def main() -> None:
    """Measure, print, judge."""
    asked = arguments()
    files = {name: asked.data / file for name, file in FILES.items() if (asked.data / file).is_file()}
    figures: dict[str, Target] = {}
    with tempfile.TemporaryDirectory() as folder, Progress() as progress:
        scratch = Path(folder)
        if "tables" in asked.parts:
            figures |= tables.measure(files, scratch, progress)
        if "origins" in asked.parts and "scms" in files:
            figures |= origins.measure(files["scms"], scratch, progress)
        if "simulated" in asked.parts:
            figures |= simulated.measure(scratch, progress)
        if "permuted" in asked.parts:
            figures |= permuted.measure(files.get("smart_logistics"), scratch, progress)
        if "speed" in asked.parts:
            figures |= speed.measure(asked.rows, scratch, progress)
    for name in FILES.keys() - files.keys():
        print_text(f"{asked.data / FILES[name]} is absent: nothing was measured on {name}")
    finish(figures)


if __name__ == "__main__":
    main()
