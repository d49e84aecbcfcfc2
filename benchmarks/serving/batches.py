"""Batches of a thousand records: in process, and over HTTP with the log on."""

import gc
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from adapters.files import read_bundle
from adapters.onnx import ModelRuntime
from benchmarks.report import Target, print_table
from benchmarks.serving import asked
from benchmarks.serving.apart import apart
from benchmarks.serving.contestants import Contestant, Ground
from benchmarks.serving.load import press
from delay_core import Predictor

SIZE = 1_000

_TURNS = 60
_SECONDS = 5.0
_SIDE_BY_SIDE = 4
_IN_PROCESS, _OVER_HTTP = 100_000, 30_000


def measure(api: Contestant, ground: Ground) -> tuple[dict[str, Target], int]:
    """Print records a second; the targets, and how many records the API has answered for."""
    requests = asked.batches(ground.records, SIZE, ground.key)
    one, several = (
        press(api.server.port, requests, connections, seconds=_SECONDS) for connections in (1, _SIDE_BY_SIDE)
    )
    alone = apart(in_process, ground.data, ground.records)
    failed = sum(sum(pressed.failed.values()) for pressed in (one, several))
    print_table(
        f"Batches of {SIZE:,} records",
        ("how", "records/s", "ms a batch"),
        [
            ("in process, one thread", f"{alone:,.0f}", f"{1000 * SIZE / alone:.2f}"),
            ("over HTTP, one connection", f"{one.rate * SIZE:,.0f}", f"{one.within(50):.2f}"),
            (f"over HTTP, {_SIDE_BY_SIDE} connections", f"{several.rate * SIZE:,.0f}", f"{several.within(50):.2f}"),
        ],
    )
    figures = {
        "records/s of a batch in process": Target(alone, _IN_PROCESS, "higher"),
        "records/s of a batch over HTTP": Target(one.rate * SIZE, _OVER_HTTP, "higher"),
        "batches that failed": Target(failed, 0, "lower"),
    }
    return figures, SIZE * (one.answered + several.answered)


def in_process(data: Path, records: Sequence[asked.Record]) -> float:
    """Records a second, from parsed JSON to a `Prediction` each, as a library's user has it; the median of batches."""
    [folder] = (data / "bundles").iterdir()
    predictor = Predictor(read_bundle(folder), ModelRuntime())
    gc.collect()
    gc.freeze()  # as the API does
    took = []
    for turn in range(_TURNS):
        first = turn * SIZE % (len(records) - SIZE + 1)
        began = time.perf_counter()
        answers = predictor.predict(records[first : first + SIZE])
        took.append(time.perf_counter() - began)
        if len(answers) != SIZE:
            raise RuntimeError(f"{len(answers)} answers to {SIZE} records")
    return SIZE / median(took)
