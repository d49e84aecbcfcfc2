"""Speed: the tests that decide on drift beside Evidently's, on the same rows."""

import time
from collections.abc import Callable, Mapping

from adapters.evidently.datasets import to_dataset, without_warnings
from adapters.scipy import DriftDetector
from benchmarks.monitoring.simulated_streams import Stream
from benchmarks.report import Target, print_table
from delay_core.monitoring.drift import DriftPolicy
from delay_core.use_cases.detect_drift import DetectDrift

ROWS = 100_000
REPEATS = 3


def measure() -> Mapping[str, Target]:
    """Print and return the figures. Processor seconds: other programs may use the machine."""
    from evidently import Report  # noqa: PLC0415 - takes seconds
    from evidently.presets import DataDriftPreset  # noqa: PLC0415

    stream = Stream(1)
    reference, window = stream.reference(), stream.window(0, ROWS)
    detect = DetectDrift(DriftDetector(), reference, "UTC", DriftPolicy())

    def evidently() -> None:
        with without_warnings():
            report = Report([DataDriftPreset()])
            report.run(current_data=to_dataset(window.columns), reference_data=to_dataset(reference.columns)).dict()

    deciding, bare = _seconds(lambda: detect(window)), _seconds(evidently)
    print_table(
        f"Drift of {ROWS:,} rows × {len(reference.columns)} columns against {len(reference):,}, best of {REPEATS}",
        ("", "processor seconds"),
        [("the deciding tests, rows in groups", f"{deciding:.2f}"), ("Evidently's preset, bare", f"{bare:.2f}")],
    )
    return {"deciding tests, share of Evidently's time": Target(deciding / bare, 0.1, "lower")}


def _seconds(run: Callable[[], object]) -> float:
    run()
    seconds = []
    for _ in range(REPEATS):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)
