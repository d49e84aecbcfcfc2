"""Batches of a thousand records: in process, and over HTTP with the log."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from benchmarks.report import Target, print_table
from benchmarks.serving import payloads
from benchmarks.serving.load import run_load
from benchmarks.serving.subprocess_call import call_in_subprocess
from benchmarks.serving.systems import BenchmarkContext, System
from delay_core import Predictor

SIZE = 1_000

_BATCHES = 60
_SECONDS = 5.0
_CONNECTIONS = 4
_IN_PROCESS, _OVER_HTTP = 100_000, 30_000


def measure(api: System, context: BenchmarkContext) -> tuple[dict[str, Target], int]:
    """Print records per second; the targets, and the number of records that the API has answered."""
    requests = payloads.batch_requests(context.records, SIZE, context.key)
    one, several = (
        run_load(api.server.port, requests, connections, seconds=_SECONDS) for connections in (1, _CONNECTIONS)
    )
    in_process = call_in_subprocess(predict_in_process, context.data, context.records)
    failed = sum(sum(result.failed.values()) for result in (one, several))
    print_table(
        f"Batches of {SIZE:,} records",
        ("how", "records/s", "ms per batch"),
        [
            ("in process, one thread", f"{in_process:,.0f}", f"{1000 * SIZE / in_process:.2f}"),
            ("over HTTP, one connection", f"{one.rate * SIZE:,.0f}", f"{one.latency_ms(50):.2f}"),
            (f"over HTTP, {_CONNECTIONS} connections", f"{several.rate * SIZE:,.0f}", f"{several.latency_ms(50):.2f}"),
        ],
    )
    figures = {
        "records/s of a batch in process": Target(in_process, _IN_PROCESS, "higher"),
        "records/s of a batch over HTTP": Target(one.rate * SIZE, _OVER_HTTP, "higher"),
        "batches that failed": Target(failed, 0, "lower"),
    }
    return figures, SIZE * (one.answered + several.answered)


def predict_in_process(data: Path, records: Sequence[payloads.Record]) -> float:
    """Records per second, the median of batches: from parsed JSON to predictions, as a user of the library has it."""
    [folder] = (data / "bundles").iterdir()
    predictor = Predictor(read_bundle(folder), ModelRuntime())
    gc.collect()
    gc.freeze()  # as the API does
    seconds = []
    for batch in range(_BATCHES):
        first = batch * SIZE % (len(records) - SIZE + 1)
        started_at = time.perf_counter()
        predictions = predictor.predict(records[first : first + SIZE])
        seconds.append(time.perf_counter() - started_at)
        if len(predictions) != SIZE:
            raise RuntimeError(f"{len(predictions)} predictions for {SIZE} records")
    return SIZE / median(seconds)
