"""Size: rows per second and peak memory, from a CSV file to a trained model, compared with a plain pandas script.

1,000,000 simulated rows go through ingest, preprocess and train; 10,000,000 rows, or `--rows`, through ingest and
preprocess. Each run is a separate process.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.process import Measurement, measure
from benchmarks.report import Target, finish, print_table

MAX_MIB = 6 * 1024
TRAINED_ROWS = 1_000_000
SHARE_OF_PANDAS_ROWS = 0.5
SHARE_OF_PANDAS_MEMORY = 0.7

HERE = Path(__file__).parent
DELAY = Path(sys.executable).with_name("delay")


def _delay(command: str, table: Path, data: Path) -> Measurement:
    return measure([str(DELAY), command, "--source", str(table)], {"DELAY_DATA": str(data)})


def _pandas(table: Path, folder: Path) -> Measurement:
    return measure([sys.executable, str(HERE / "plain_pandas.py"), str(table), str(folder)], {})


def _simulate(rows: int, folder: Path) -> Path:
    table = folder / f"{rows}.csv"
    measure([str(DELAY), "simulate", "--out", str(table), "--rows", str(rows)], {})
    return table


def main() -> None:
    """Measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the large table")
    rows = parser.parse_args().rows
    lines: list[tuple[str, int, Measurement]] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        table = _simulate(TRAINED_ROWS, folder)
        lines.append(("delay: ingest, preprocess", TRAINED_ROWS, _delay("preprocess", table, folder / "data")))
        lines.append(("plain pandas, the same", TRAINED_ROWS, _pandas(table, folder / "pandas")))
        lines.append(("delay: train and register", TRAINED_ROWS, trained := _delay("train", table, folder / "data")))
        table.unlink()
        table = _simulate(rows, folder)
        lines.append(("delay: ingest, preprocess", rows, large := _delay("preprocess", table, folder / "large")))
        lines.append(("plain pandas, the same", rows, plain := _pandas(table, folder / "pandas")))
    print_table(
        "From a CSV file; each line is a separate process",
        ("what", "rows", "seconds", "rows/s", "peak MiB"),
        [(what, f"{n:,}", f"{m.seconds:.0f}", f"{n / m.seconds:,.0f}", f"{m.peak_mib:,.0f}") for what, n, m in lines],
    )
    finish(
        {
            "peak MiB, 1,000,000 rows trained": Target(trained.peak_mib, MAX_MIB, "lower"),
            f"peak MiB, {rows:,} rows prepared": Target(large.peak_mib, MAX_MIB, "lower"),
            "rows/s, times those of pandas": Target(plain.seconds / large.seconds, SHARE_OF_PANDAS_ROWS, "higher"),
            "memory, times that of pandas": Target(large.peak_mib / plain.peak_mib, SHARE_OF_PANDAS_MEMORY, "lower"),
        }
    )


if __name__ == "__main__":
    main()
