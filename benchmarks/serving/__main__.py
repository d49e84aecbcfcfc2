"""Serving: one worker of the API beside the ceiling of its web server and beside MLflow's own, loaded in turns.

A real PostgreSQL is started for it, in a temporary folder, which keeps every commit on disk. One thread of this
process sends all requests; the part `load` measures how many it can send.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks import parts
from benchmarks.report import Target, finish
from benchmarks.serving import batches, memory, model
from benchmarks.serving.fresh_process import run_in_fresh_process
from benchmarks.serving.requests import shipment_records
from benchmarks.serving.rounds import ServerResult, print_results, run_rounds
from benchmarks.serving.servers_under_test import (
    API,
    CEILING,
    MLFLOW,
    RAW,
    UNLOGGED,
    BenchmarkEnvironment,
    ServerUnderTest,
    start_database,
    start_registry,
    start_server_under_test,
)

PARTS = ("load", "speed", "mlflow", "latency", "batch", "memory")
SERVERS_OF_PART = {
    "load": (RAW, CEILING),
    "speed": (CEILING, API, UNLOGGED),
    "mlflow": (API, MLFLOW),
    "latency": (CEILING, API, UNLOGGED),
    "batch": (API,),
    "memory": (API,),
}
CONNECTIONS = 32

_MIN_SHARE_OF_CEILING, _MIN_SHARE_WITHOUT_LOG, _MIN_TIMES_MLFLOW = 0.50, 0.62, 20
_MAX_IDLE_LOAD = 0.7
"""Load average up to which the machine counts as idle."""
_MAX_P99_MS, _MAX_P50_ALONE_MS = 10, 1


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line; without parts, all of them."""
    parser = argparse.ArgumentParser(prog="make bench-serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds; in each, every server is loaded in turn")
    parser.add_argument(
        "--seconds", type=float, default=4, help="measured seconds per turn, after one second to warm up"
    )
    parser.add_argument("--trees", type=int, default=100, help="trees of the model, with 31 leaves each")
    parts.add_parts(parser, PARTS)
    return parts.asked(parser, PARTS, argv)


def main() -> None:
    """Measure, print, compare with the targets."""
    options = arguments()
    if (load := os.getloadavg()[0]) > _MAX_IDLE_LOAD:
        sys.stderr.write(f"This machine is busy (load {load:.1f}): ratios and tail latencies are unreliable.\n")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        scratch = Path(folder)
        scratch.chmod(0o711)  # as root, PostgreSQL runs as another user
        names = dict.fromkeys(name for part in PARTS if part in options.parts for name in SERVERS_OF_PART[part])
        data, tracking_uri = scratch / "data", ""
        if not names.keys() <= {RAW, CEILING}:
            run_in_fresh_process(model.train_and_promote, data, options.trees)
            tracking_uri = stack.enter_context(start_registry(scratch, data))
        database = stack.enter_context(start_database(scratch))
        records = run_in_fresh_process(shipment_records)
        environment = BenchmarkEnvironment(scratch, data, database, records, tracking_uri)
        servers = {name: stack.enter_context(_start(name, environment)) for name in names}
        figures = _measure(options, environment, servers)
    finish(figures)


def _measure(
    options: argparse.Namespace, environment: BenchmarkEnvironment, servers: Mapping[str, ServerUnderTest]
) -> dict[str, Target]:
    figures: dict[str, Target] = {}
    answered = 0
    for connections, group in ((CONNECTIONS, ("load", "speed", "mlflow")), (1, ("latency",))):
        names = {name for part in group if part in options.parts for name in SERVERS_OF_PART[part]}
        if names:
            selected = [server for name, server in servers.items() if name in names]
            results = run_rounds(selected, connections, options.rounds, options.seconds)
            rounds = f"{options.rounds} rounds, one record a request, {options.trees} trees"
            print_results(f"{_connections_text(connections)}, {rounds}", results)
            figures |= _targets(results, connections)
            answered += results[API].answered if API in results else 0
    for part, measure in (("batch", batches.measure), ("memory", memory.measure)):
        if part in options.parts:
            more_figures, count = measure(servers[API], environment)
            figures |= more_figures
            answered += count
    if API in servers:
        missing = max(0, answered - environment.count_logged())
        figures["answers that the log does not have"] = Target(missing, 0, "lower")
    return figures


def _targets(results: Mapping[str, ServerResult], connections: int) -> dict[str, Target]:
    suffix = f"at {_connections_text(connections)}"
    figures = {f"failed {suffix}": Target(sum(result.failed for result in results.values()), 0, "lower")}
    if API not in results:
        return figures
    api = results[API]
    if connections == 1:
        return figures | {f"p50 {suffix}, ms": Target(api.latency_ms(50), _MAX_P50_ALONE_MS, "lower")}
    figures[f"p99 {suffix}, ms"] = Target(api.latency_ms(99), _MAX_P99_MS, "lower")
    if CEILING in results:
        share = api.rate / results[CEILING].rate
        figures["requests/s with the log, of the ceiling"] = Target(share, _MIN_SHARE_OF_CEILING, "higher")
    if UNLOGGED in results:
        share = results[UNLOGGED].rate / results[CEILING].rate
        figures["requests/s without the log, of the ceiling"] = Target(share, _MIN_SHARE_WITHOUT_LOG, "higher")
    if MLFLOW in results:
        factor = api.rate / results[MLFLOW].rate
        figures["requests/s, times mlflow models serve"] = Target(factor, _MIN_TIMES_MLFLOW, "higher")
    return figures


def _connections_text(connections: int) -> str:
    return f"{connections} connections" if connections > 1 else "one connection"


@contextmanager
def _start(name: str, environment: BenchmarkEnvironment) -> Iterator[ServerUnderTest]:
    started = time.perf_counter()
    with start_server_under_test(name, environment) as server:
        sys.stderr.write(f"{name}: ready after {time.perf_counter() - started:.1f} s\n")
        yield server


if __name__ == "__main__":
    main()
