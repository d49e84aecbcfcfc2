"""5,000 requests by the OpenAPI document and 10,000 malformed ones: no 5xx, and every answer as documented."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import typer

from benchmarks.conformance.api_server import run_api
from benchmarks.conformance.fuzzing import FuzzReport, fuzz
from benchmarks.conformance.schema_exploration import PHASES, ExplorationReport, explore
from benchmarks.report import Target, finish, print_table
from benchmarks.serving import served_model

MIN_CASES, MIN_BODIES, TREES = 5_000, 10_000, 50
MAX_ANSWER_SECONDS = 10.0


@dataclass(frozen=True)
class _Run:
    """The results of one server."""

    name: str
    exploration: ExplorationReport
    fuzzing: FuzzReport

    @property
    def failures(self) -> dict[str, str]:
        return {**self.exploration.failures, **self.fuzzing.failures}


def main(examples: int = 150, bodies: int = MIN_BODIES // 2, seed: int = 1) -> None:
    """Explore and fuzz a server with API keys and one without; print the results."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        served_model.train_and_promote(scratch / "data", TREES)
        runs = [_run(scratch, keys, examples, bodies, seed + keys) for keys in (True, False)]
    _print(runs)
    finish(
        {
            "cases": Target(sum(run.exploration.cases.total() for run in runs), MIN_CASES, "higher"),
            "links_followed": Target(min(run.exploration.links for run in runs), 1, "higher"),
            "bodies": Target(sum(run.fuzzing.kinds.total() for run in runs), MIN_BODIES, "higher"),
            "failures": Target(sum(len(run.failures) for run in runs), 0, "lower"),
            "slowest_answer_seconds": Target(max(run.fuzzing.slowest for run in runs), MAX_ANSWER_SECONDS, "lower"),
        }
    )


def _run(scratch: Path, keys: bool, examples: int, bodies: int, seed: int) -> _Run:
    name = "with keys" if keys else "without keys"
    with run_api(scratch / "data", served_model.NAME, scratch / f"{name}.log", keys=keys) as server:
        exploration = explore(server.url, examples=examples, seed=seed, headers=server.headers)
        lines = tuple(f"{name}: {value}" for name, value in server.headers.items())
        return _Run(name, exploration, fuzz(server.port, bodies, seed, lines))


def _print(runs: list[_Run]) -> None:
    heads = ("server", *PHASES, "links", "bodies", "slowest s", "failures")
    rows = []
    for run in runs:
        counts = [f"{run.exploration.cases[phase]:,}" for phase in PHASES]
        fuzzing = (f"{run.fuzzing.kinds.total():,}", f"{run.fuzzing.slowest:.2f}", str(len(run.failures)))
        rows.append((run.name, *counts, f"{run.exploration.links:,}", *fuzzing))
    print_table("Requests by the OpenAPI document, and malformed requests", heads, rows)
    statuses = [run.exploration.statuses + run.fuzzing.statuses for run in runs]
    codes = sorted({code for counts in statuses for code in counts})
    rows = [(run.name, *(f"{counts[code]:,}" for code in codes)) for run, counts in zip(runs, statuses, strict=True)]
    print_table("Answers by status", ("server", *map(str, codes)), rows)
    for run in runs:
        for name, example in run.failures.items():
            sys.stderr.write(f"{run.name}: {name}\n{example}\n\n")


if __name__ == "__main__":
    typer.run(main)
