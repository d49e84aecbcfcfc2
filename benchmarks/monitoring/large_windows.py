"""Large windows: the drift of every day of a month, read from PostgreSQL; seconds and peak memory of the process.

`make bench-monitoring PARTS=windows ROWS=10000000` has a third of a million predictions a day.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np

from adapters.scipy import DriftDetector
from adapters.sql import Database, PredictionReader
from benchmarks.process import measure as measure_process
from benchmarks.report import Target, print_table
from benchmarks.store_fixture import MODEL, START, fill
from delay_core.monitoring.drift import DriftPolicy, WindowSample
from delay_core.monitoring.time_window import windows_between
from delay_core.reference_sample import ReferenceSample
from delay_core.schemas import load_schema
from delay_core.use_cases.detect_drift import DetectDrift
from delay_core.use_cases.served_rows import ReadServedRows, ServedRows, VersionParser
from entrypoints.settings import MonitoringSettings
from infra.local.postgres import PostgresServer

DAYS = 30
DEFAULT_ROWS = 1_000_000
MAX_SECONDS = 60
MAX_MIB = 300
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "2GB", "maintenance_work_mem": "256MB"}
DATABASE = "BENCHMARK_DATABASE"
"""The environment variable with the URL of the filled database."""


def measure() -> Mapping[str, Target]:
    """Print and return the figures. Another process reads the windows, so that its memory is that of reading alone."""
    rows = int(os.environ.get("ROWS", DEFAULT_ROWS))
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o711)  # a server that root starts runs as another user
        with PostgresServer.start(Path(scratch) / "postgres", fsync=False, settings=SETTINGS) as server:
            for kind in ("serving", "monitoring"):
                with closing(Database(server.url(kind, f"{kind}_owner"), kind)) as database:
                    database.upgrade()
            fill(server, rows, DAYS)
            url = server.url("serving", "monitoring")
            measured = measure_process([sys.executable, "-m", __spec__.name], {DATABASE: url})
    print_table(
        f"Drift of {DAYS} windows of {rows // DAYS:,} predictions, of which at most "
        f"{MonitoringSettings().max_rows:,} are measured",
        ("predictions", "seconds", "of these, busy", "predictions/s", "peak MiB"),
        [
            (
                f"{rows:,}",
                f"{measured.seconds:.1f}",
                f"{measured.processor_seconds:.1f}",
                f"{rows / measured.seconds:,.0f}",
                f"{measured.peak_mib:.0f}",
            )
        ],
    )
    return {
        f"windows.seconds of {rows:,} predictions": Target(measured.seconds, MAX_SECONDS, "lower"),
        "windows.peak_mib": Target(measured.peak_mib, MAX_MIB, "lower"),
    }


def _detect_all(url: str) -> None:
    """The first window is also the reference."""
    schema, settings = load_schema("smart_logistics"), MonitoringSettings()
    parser = VersionParser(schema)
    with closing(Database(url, "serving")) as database:
        read = ReadServedRows(PredictionReader(database), MODEL, lambda *_: parser, settings.max_rows)
        detect = None
        for window in windows_between(START, START + timedelta(days=DAYS), timedelta(days=1)):
            for rows in read(window).values():
                if detect is None:
                    detect = DetectDrift(DriftDetector(), _reference(rows), schema.source.timezone, DriftPolicy())
                result = detect(WindowSample(rows.columns, rows.probability, rows.point, rows.group))
                if result.dataset_share is None:
                    raise RuntimeError(f"{window} has no score: {result.prediction.status.value}")


def _reference(rows: ServedRows) -> ReferenceSample:
    """The numeric and categorical features of 5,000 rows, as many as a bundle has."""
    names = [name for name in load_schema("smart_logistics").features if name in rows.columns]
    part = slice(None, 5_000)
    return ReferenceSample(
        columns={name: rows.columns[name][part] for name in names},
        probabilities=rows.probability[part],
        labels=np.zeros(len(rows.probability[part]), dtype=np.int8),
        prediction_points=rows.point[part],
        groups=rows.group[part],
    )


if __name__ == "__main__":
    _detect_all(os.environ[DATABASE])
