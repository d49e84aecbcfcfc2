"""Size: rows a second and peak memory, from a CSV file to a trained model, beside a plain pandas script.

1,000,000 simulated rows go through ingest, preprocess and train; 10,000,000 through ingest and preprocess, or as many
as `--rows` says. Every run is a process of its own.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.process import Measured, measure
from benchmarks.report import Target, finish, print_table

MOST_MIB = 6 * 1024
TRAINED = 1_000_000
SHARE_OF_PANDAS_ROWS = 0.5
SHARE_OF_PANDAS_MEMORY = 0.7

HERE = Path(__file__).parent
DELAY = Path(sys.executable).with_name("delay")


def _delay(command: str, table: Path, data: Path) -> Measured:
    return measure([str(DELAY), command, "--source", str(table)], {"DELAY_DATA": str(data)})


def _pandas(table: Path, folder: Path) -> Measured:
    return measure([sys.executable, str(HERE / "plain_pandas.py"), str(table), str(folder)], {})


def _table_of(rows: int, folder: Path) -> Path:
    table = folder / f"{rows}.csv"
    measure([str(DELAY), "simulate", "--out", str(table), "--rows", str(rows)], {})
    return table


def main() -> None:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the large table")
    rows = parser.parse_args().rows
    lines: list[tuple[str, int, Measured]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = _table_of(TRAINED, folder)
        lines.append(("delay: ingest, preprocess", TRAINED, _delay("preprocess", table, folder / "data")))
        lines.append(("plain pandas, the same", TRAINED, _pandas(table, folder / "pandas")))
        lines.append(("delay: train and register", TRAINED, trained := _delay("train", table, folder / "data")))
        table.unlink()
        table = _table_of(rows, folder)
        lines.append(("delay: ingest, preprocess", rows, large := _delay("preprocess", table, folder / "large")))
        lines.append(("plain pandas, the same", rows, plain := _pandas(table, folder / "pandas")))
    print_table(
        "From a CSV file on; each line is a process",
        ("what", "rows", "seconds", "rows/s", "peak MiB"),
        [(what, f"{n:,}", f"{m.seconds:.0f}", f"{n / m.seconds:,.0f}", f"{m.peak_mib:,.0f}") for what, n, m in lines],
    )
    finish(
        {
            "peak MiB, 1,000,000 rows trained": Target(trained.peak_mib, MOST_MIB, "lower"),
            f"peak MiB, {rows:,} rows prepared": Target(large.peak_mib, MOST_MIB, "lower"),
            "rows/s, times those of pandas": Target(plain.seconds / large.seconds, SHARE_OF_PANDAS_ROWS, "higher"),
            "memory, times that of pandas": Target(large.peak_mib / plain.peak_mib, SHARE_OF_PANDAS_MEMORY, "lower"),
        }
    )


if __name__ == "__main__":
    main()
