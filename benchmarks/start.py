"""Start-up: seconds of commands that compute little, compared with `import pandas`: `python -m benchmarks.start`.

Rounds are interleaved, so that a slower machine affects all commands equally. The multiples of `import pandas` are the
targets on every machine; seconds are targets only if the machine imports pandas within `QUIET_SECONDS`.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import measure
from benchmarks.report import Target, finish, print_table, print_text

QUIET_SECONDS = 0.87
"""At this speed of `import pandas`, the targets in seconds and those in multiples are about the same."""
CHECKED_ROWS = 1000
PIPELINE = ("pipeline", "--source", "simulator://smart_logistics?rows=3000&seed=11")
DELAY = str(Path(sys.executable).with_name("delay"))
PANDAS = "import pandas"
MLFLOW = "import mlflow.store.tracking.sqlalchemy_store"
"""The import that reading the embedded MLflow with MLflow's own code would need (docs/decisions/0008)."""


@dataclass(frozen=True)
class Start:
    """A command, and how long it may take: seconds, and as a multiple of `import pandas`."""

    command: Sequence[str]
    max_seconds: float
    max_multiple: float


def starts(table: Path) -> Mapping[str, Start]:
    """The measured commands; `table` has the rows that a schema is checked against."""
    check = (DELAY, "schema", "check", "--schema", "smart_logistics", "--source", str(table))
    return {
        "delay --help": Start((DELAY, "--help"), 0.35, 0.4),
        "import delay_core": Start((sys.executable, "-c", "import delay_core"), 0.6, 0.7),
        "delay runs": Start((DELAY, "runs"), 2.0, 2.2),
        f"delay schema check, {CHECKED_ROWS:,} rows": Start(check, 2.0, 2.2),
        "delay pipeline with nothing to do": Start((DELAY, *PIPELINE), 4.0, 4.5),
    }


def main() -> None:
    """Measure, print, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="how often each command runs; medians are compared")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DELAY_DATA": str(Path(folder) / "data"), "DELAY_TRIALS": "4"}
        table = Path(folder) / "shipments.csv"
        measure([DELAY, "simulate", "--out", str(table), "--rows", str(CHECKED_ROWS)], environment)
        measure([DELAY, *PIPELINE], environment)
        imports = {name: (sys.executable, "-W", "ignore", "-c", name) for name in (PANDAS, MLFLOW)}
        commands = {**imports, **{name: start.command for name, start in starts(table).items()}}
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                seconds[name].append(measure(command, environment).seconds)
        _report({name: statistics.median(values) for name, values in seconds.items()}, starts(table))


def _report(medians: Mapping[str, float], limits: Mapping[str, Start]) -> None:
    pandas = medians[PANDAS]
    print_table(
        "Medians; each command is a separate process",
        ("command", "seconds", "at most", "times import pandas", "at most"),
        [
            *((name, f"{medians[name]:.2f}", "", f"{medians[name] / pandas:.2f}", "") for name in (PANDAS, MLFLOW)),
            *(
                (
                    name,
                    f"{medians[name]:.2f}",
                    f"{s.max_seconds:g}",
                    f"{medians[name] / pandas:.2f}",
                    f"{s.max_multiple:g}",
                )
                for name, s in limits.items()
            ),
        ],
    )
    figures = {
        f"{name}, times import pandas": Target(medians[name] / pandas, limit.max_multiple, "lower")
        for name, limit in limits.items()
    }
    if pandas <= QUIET_SECONDS:
        figures |= {
            f"{name}, seconds": Target(medians[name], limit.max_seconds, "lower") for name, limit in limits.items()
        }
    else:
        print_text(f"This machine imports pandas in {pandas:.2f} s, not {QUIET_SECONDS}: only multiples have targets")
    finish(figures)


if __name__ == "__main__":
    main()
