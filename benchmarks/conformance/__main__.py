"""5,000 requests by the API's own document, 10,000 against all rules: no 5xx, every answer as described."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import typer

from benchmarks.conformance.explored import PHASES, Explored, explore
from benchmarks.conformance.served import served
from benchmarks.conformance.thrown import Caught, throw
from benchmarks.report import Target, finish, print_table
from benchmarks.serving import model

CASES, BODIES, TREES = 5_000, 10_000, 50
SLOWEST_SECONDS = 10.0


@dataclass(frozen=True)
class _Run:
    """What one server was sent."""

    name: str
    explored: Explored
    caught: Caught

    @property
    def failures(self) -> dict[str, str]:
        return {**self.explored.failures, **self.caught.failures}


def main(examples: int = 150, bodies: int = BODIES // 2, seed: int = 1) -> None:
    """Explore and pelt a server with API keys, and one without; print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        model.make(scratch / "data", TREES)
        runs = [_run(scratch, keys, examples, bodies, seed + keys) for keys in (True, False)]
    _show(runs)
    finish(
        {
            "cases": Target(sum(run.explored.cases.total() for run in runs), CASES, "higher"),
            "links_followed": Target(min(run.explored.links for run in runs), 1, "higher"),
            "bodies": Target(sum(run.caught.kinds.total() for run in runs), BODIES, "higher"),
            "failures": Target(sum(len(run.failures) for run in runs), 0, "lower"),
            "slowest_answer_seconds": Target(max(run.caught.slowest for run in runs), SLOWEST_SECONDS, "lower"),
        }
    )


def _run(scratch: Path, keys: bool, examples: int, bodies: int, seed: int) -> _Run:
    name = "with keys" if keys else "without keys"
    with served(scratch / "data", model.NAME, scratch / f"{name}.log", keys=keys) as server:
        explored = explore(server.url, examples=examples, seed=seed, headers=server.headers)
        lines = tuple(f"{name}: {value}" for name, value in server.headers.items())
        return _Run(name, explored, throw(server.port, bodies, seed, lines))


def _show(runs: list[_Run]) -> None:
    heads = ("server", *PHASES, "links", "bodies", "slowest s", "failures")
    rows = []
    for run in runs:
        counts = [f"{run.explored.cases[phase]:,}" for phase in PHASES]
        caught = (f"{run.caught.kinds.total():,}", f"{run.caught.slowest:.2f}", str(len(run.failures)))
        rows.append((run.name, *counts, f"{run.explored.links:,}", *caught))
    print_table("The API by its document, and against all rules", heads, rows)
    statuses = [run.explored.statuses + run.caught.statuses for run in runs]
    codes = sorted({code for found in statuses for code in found})
    told = [(run.name, *(f"{found[code]:,}" for code in codes)) for run, found in zip(runs, statuses, strict=True)]
    print_table("Answers by status", ("server", *map(str, codes)), told)
    for run in runs:
        for name, example in run.failures.items():
            sys.stderr.write(f"{run.name}: {name}\n{example}\n\n")


if __name__ == "__main__":
    typer.run(main)
