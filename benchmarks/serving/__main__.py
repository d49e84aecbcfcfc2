"""Serving: one worker of the API, compared with its web server alone and with MLflow's server, under load in turns.

A PostgreSQL server is started in a temporary folder and writes every commit to disk. One thread of this process sends
all requests; the part `load` says how many requests it can send.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.parts import add_parts, parse_parts
from benchmarks.report import Target, finish
from benchmarks.serving import batches, memory, payloads, served_model
from benchmarks.serving.rounds import RoundResults, print_rounds, run_rounds
from benchmarks.serving.subprocess_call import call_in_subprocess
from benchmarks.serving.systems import (
    API,
    CEILING,
    MLFLOW,
    RAW,
    UNLOGGED,
    BenchmarkContext,
    System,
    run_database,
    run_registry,
    run_system,
)

PARTS = ("load", "speed", "mlflow", "latency", "batch", "memory")
SYSTEMS = {
    "load": (RAW, CEILING),
    "speed": (CEILING, API, UNLOGGED),
    "mlflow": (API, MLFLOW),
    "latency": (CEILING, API, UNLOGGED),
    "batch": (API,),
    "memory": (API,),
}
"""Part → the systems that it compares."""
CONNECTIONS = 32

_MIN_SHARE_OF_CEILING, _MIN_SHARE_OF_CEILING_UNLOGGED, _MIN_TIMES_MLFLOW = 0.50, 0.62, 20
_MAX_P99_MS, _MAX_P50_OF_ONE_CONNECTION_MS = 10, 1
_MAX_LOAD_AVERAGE = 0.7
"""With a higher load average, other programs disturb the measurement."""


def arguments(command_line: Sequence[str] | None = None) -> argparse.Namespace:
    """The options; all parts if none is selected."""
    parser = argparse.ArgumentParser(prog="make bench-serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which each system has its turn")
    parser.add_argument("--seconds", type=float, default=4, help="seconds of each turn, after one second of warm-up")
    parser.add_argument(
        "--trees",
        type=int,
        help="serve boosting of so many trees of 31 leaves, not the default pipeline's model",
    )
    add_parts(parser, PARTS)
    return parse_parts(parser, PARTS, command_line)


def main() -> None:
    """Measure, print, and compare with the targets."""
    options = arguments()
    if (load := os.getloadavg()[0]) > _MAX_LOAD_AVERAGE:
        sys.stderr.write(f"This machine is busy (load {load:.1f}): ratios and tails are unreliable.\n")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch = Path(folder)
        scratch.chmod(0o711)  # root's PostgreSQL server runs as another user
        names = dict.fromkeys(name for part in PARTS if part in options.parts for name in SYSTEMS[part])
        data, mlflow, model = scratch / "data", "", "no model"
        if not names.keys() <= {RAW, CEILING}:
            if options.trees is None:
                model = call_in_subprocess(served_model.run_default_pipeline, data)
            else:
                model = call_in_subprocess(served_model.train_and_promote, data, options.trees)
            mlflow = stack.enter_context(run_registry(scratch, data))
        database = stack.enter_context(run_database(scratch))
        records = call_in_subprocess(payloads.simulate_records)
        context = BenchmarkContext(scratch, data, database, records, mlflow)
        systems = {name: stack.enter_context(_run_and_report(name, context)) for name in names}
        figures = _measure(options, model, context, systems)
    finish(figures)


def _measure(
    options: argparse.Namespace, model: str, context: BenchmarkContext, systems: Mapping[str, System]
) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    answered = 0
    for connections, parts in ((CONNECTIONS, ("load", "speed", "mlflow")), (1, ("latency",))):
        names = {name for part in parts if part in options.parts for name in SYSTEMS[part]}
        if names:
            selected = [system for name, system in systems.items() if name in names]
            results = run_rounds(selected, connections, options.rounds, options.seconds)
            rounds = f"{options.rounds} rounds, one record per request, {model}"
            print_rounds(f"{_format_connections(connections)}, {rounds}", results)
            figures |= _targets(results, connections)
            answered += results[API].answered if API in results else 0
    for part, measure in (("batch", batches.measure), ("memory", memory.measure)):
        if part in options.parts:
            targets, count = measure(systems[API], context)
            figures |= targets
            answered += count
    if API in systems:
        missing = max(0, answered - context.count_logged())
        figures["answers that the log does not have"] = Target(missing, 0, "lower")
    return figures


def _targets(results: Mapping[str, RoundResults], connections: int) -> dict[str, Target]:
    condition = f"at {_format_connections(connections)}"
    figures = {f"failed {condition}": Target(sum(result.failed for result in results.values()), 0, "lower")}
    if API not in results:
        return figures
    rate = results[API].rate
    if connections == 1:
        p50 = results[API].latency_ms(50)
        return figures | {f"p50 {condition}, ms": Target(p50, _MAX_P50_OF_ONE_CONNECTION_MS, "lower")}
    figures[f"p99 {condition}, ms"] = Target(results[API].latency_ms(99), _MAX_P99_MS, "lower")
    if CEILING in results:
        share = rate / results[CEILING].rate
        figures["requests/s with the log, of the ceiling"] = Target(share, _MIN_SHARE_OF_CEILING, "higher")
    if UNLOGGED in results:
        share = results[UNLOGGED].rate / results[CEILING].rate
        figures["requests/s without the log, of the ceiling"] = Target(share, _MIN_SHARE_OF_CEILING_UNLOGGED, "higher")
    if MLFLOW in results:
        times = rate / results[MLFLOW].rate
        figures["requests/s, times mlflow models serve"] = Target(times, _MIN_TIMES_MLFLOW, "higher")
    return figures


def _format_connections(connections: int) -> str:
    return f"{connections} connections" if connections > 1 else "one connection"


@contextmanager
def _run_and_report(name: str, context: BenchmarkContext) -> Iterator[System]:
    started_at = time.perf_counter()
    with run_system(name, context) as system:
        sys.stderr.write(f"{name}: ready after {time.perf_counter() - started_at:.1f} s\n")
        yield system


if __name__ == "__main__":
    main()
