"""Batches of a thousand records: in process, and over HTTP with the prediction log."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from benchmarks.report import Target, print_table
from benchmarks.serving.fresh_process import run_in_fresh_process
from benchmarks.serving.load import run_load
from benchmarks.serving.requests import Record, batch_requests
from benchmarks.serving.servers_under_test import BenchmarkEnvironment, ServerUnderTest
from delay_core import Predictor

BATCH_SIZE = 1_000

_N_BATCHES = 60
_SECONDS = 5.0
_CONNECTIONS = 4
_MIN_RATE_IN_PROCESS, _MIN_RATE_OVER_HTTP = 100_000, 30_000


def measure(api: ServerUnderTest, environment: BenchmarkEnvironment) -> tuple[dict[str, Target], int]:
    """Print records per second; the targets, and the number of records that the API has predicted."""
    requests = batch_requests(environment.records, BATCH_SIZE, environment.key)
    one, several = (
        run_load(api.process.port, requests, connections, seconds=_SECONDS) for connections in (1, _CONNECTIONS)
    )
    in_process = run_in_fresh_process(in_process_rate, environment.data, environment.records)
    failed = sum(sum(result.failed.values()) for result in (one, several))
    print_table(
        f"Batches of {BATCH_SIZE:,} records",
        ("how", "records/s", "ms a batch"),
        [
            ("in process, one thread", f"{in_process:,.0f}", f"{1000 * BATCH_SIZE / in_process:.2f}"),
            ("over HTTP, one connection", f"{one.rate * BATCH_SIZE:,.0f}", f"{one.latency_ms(50):.2f}"),
            (
                f"over HTTP, {_CONNECTIONS} connections",
                f"{several.rate * BATCH_SIZE:,.0f}",
                f"{several.latency_ms(50):.2f}",
            ),
        ],
    )
    figures = {
        "records/s of a batch in process": Target(in_process, _MIN_RATE_IN_PROCESS, "higher"),
        "records/s of a batch over HTTP": Target(one.rate * BATCH_SIZE, _MIN_RATE_OVER_HTTP, "higher"),
        "batches that failed": Target(failed, 0, "lower"),
    }
    return figures, BATCH_SIZE * (one.answered + several.answered)


def in_process_rate(data: Path, records: Sequence[Record]) -> float:
    """Records per second from parsed JSON to a `Prediction` each, as in the library; the median of the batches."""
    [folder] = (data / "bundles").iterdir()
    predictor = Predictor(read_bundle(folder), ModelRuntime())
    gc.collect()
    gc.freeze()  # as the API does
    seconds = []
    for number in range(_N_BATCHES):
        start = number * BATCH_SIZE % (len(records) - BATCH_SIZE + 1)
        started = time.perf_counter()
        predictions = predictor.predict(records[start : start + BATCH_SIZE])
        seconds.append(time.perf_counter() - started)
        if len(predictions) != BATCH_SIZE:
            raise RuntimeError(f"{len(predictions)} predictions for {BATCH_SIZE} records")
    return BATCH_SIZE / median(seconds)
