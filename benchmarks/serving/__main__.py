"""Serving: one worker of the API beside the ceiling of its web server and beside MLflow's own, loaded in turns.

A real PostgreSQL is started for it, in a temporary folder, which keeps every commit on disk. One thread of this
process sends all requests; the part `load` says how many it could.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.parts import add_parts
from benchmarks.parts import asked as asked_of
from benchmarks.report import Target, finish
from benchmarks.serving import asked, batches, memory, model
from benchmarks.serving.apart import apart
from benchmarks.serving.contestants import (
    API,
    CEILING,
    MLFLOW,
    RAW,
    UNLOGGED,
    Contestant,
    Ground,
    contestant,
    database,
    registry,
)
from benchmarks.serving.rounds import Raced, race, show

PARTS = ("load", "speed", "mlflow", "latency", "batch", "memory")
WHO = {
    "load": (RAW, CEILING),
    "speed": (CEILING, API, UNLOGGED),
    "mlflow": (API, MLFLOW),
    "latency": (CEILING, API, UNLOGGED),
    "batch": (API,),
    "memory": (API,),
}
CONNECTIONS = 32

_OF_CEILING, _OF_CEILING_UNLOGGED, _TIMES_MLFLOW = 0.50, 0.62, 20
_QUIET = 0.7
"""Load average below which nothing else is thought to run."""
_MOST_P99_MS, _MOST_P50_ALONE_MS = 10, 1


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for; without parts, all of them."""
    parser = argparse.ArgumentParser(prog="make bench-serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which everybody is loaded in turn")
    parser.add_argument("--seconds", type=float, default=4, help="seconds of each turn, after one to warm up")
    parser.add_argument("--trees", type=int, default=100, help="trees of the model, of 31 leaves each")
    add_parts(parser, PARTS)
    return asked_of(parser, PARTS, given)


def main() -> None:
    """Measure, print, judge."""
    asked_for = arguments()
    if (load := os.getloadavg()[0]) > _QUIET:
        sys.stderr.write(f"This machine is busy (load {load:.1f}): ratios and tails will say little.\n")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch = Path(folder)
        scratch.chmod(0o711)  # the server of root is another user's
        names = dict.fromkeys(name for part in PARTS if part in asked_for.parts for name in WHO[part])
        data, mlflow = scratch / "data", ""
        if not names.keys() <= {RAW, CEILING}:
            apart(model.make, data, asked_for.trees)
            mlflow = stack.enter_context(registry(scratch, data))
        ground = Ground(scratch, data, stack.enter_context(database(scratch)), apart(asked.records), mlflow)
        up = {name: stack.enter_context(_told(name, ground)) for name in names}
        figures = _measured(asked_for, ground, up)
    finish(figures)


def _measured(asked_for: argparse.Namespace, ground: Ground, up: Mapping[str, Contestant]) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    answered = 0
    for connections, parts in ((CONNECTIONS, ("load", "speed", "mlflow")), (1, ("latency",))):
        names = {name for part in parts if part in asked_for.parts for name in WHO[part]}
        if names:
            entrants = [one for name, one in up.items() if name in names]
            raced = race(entrants, connections, asked_for.rounds, asked_for.seconds)
            rounds = f"{asked_for.rounds} rounds, one record a request, {asked_for.trees} trees"
            show(f"{_side_by_side(connections)}, {rounds}", raced)
            figures |= _judged(raced, connections)
            answered += raced[API].answered if API in raced else 0
    for part, measure in (("batch", batches.measure), ("memory", memory.measure)):
        if part in asked_for.parts:
            found, count = measure(up[API], ground)
            figures |= found
            answered += count
    if API in up:
        missing = max(0, answered - ground.logged())
        figures["answers that the log does not have"] = Target(missing, 0, "lower")
    return figures


def _judged(raced: Mapping[str, Raced], connections: int) -> dict[str, Target]:
    at = f"at {_side_by_side(connections)}"
    figures = {f"failed {at}": Target(sum(found.failed for found in raced.values()), 0, "lower")}
    if API not in raced:
        return figures
    rate = raced[API].rate
    if connections == 1:
        return figures | {f"p50 {at}, ms": Target(raced[API].within(50), _MOST_P50_ALONE_MS, "lower")}
    figures[f"p99 {at}, ms"] = Target(raced[API].within(99), _MOST_P99_MS, "lower")
    if CEILING in raced:
        figures["requests/s with the log, of the ceiling"] = Target(rate / raced[CEILING].rate, _OF_CEILING, "higher")
    if UNLOGGED in raced:
        share = raced[UNLOGGED].rate / raced[CEILING].rate
        figures["requests/s without the log, of the ceiling"] = Target(share, _OF_CEILING_UNLOGGED, "higher")
    if MLFLOW in raced:
        figures["requests/s, times mlflow models serve"] = Target(rate / raced[MLFLOW].rate, _TIMES_MLFLOW, "higher")
    return figures


def _side_by_side(connections: int) -> str:
    return f"{connections} connections" if connections > 1 else "one connection"


@contextmanager
def _told(name: str, ground: Ground) -> Iterator[Contestant]:
    began = time.perf_counter()
    with contestant(name, ground) as one:
        sys.stderr.write(f"{name}: ready after {time.perf_counter() - began:.1f} s\n")
        yield one


if __name__ == "__main__":
    main()
