"""The cost of training: a million rows and one candidate, compared with scikit-learn's fit of the same model."""

import time
from pathlib import Path

from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.files import read_bundle
from benchmarks.quality.pipeline_runs import create_container, ingest_and_preprocess
from benchmarks.report import Target, print_table
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.use_cases.prepared_rows import PreparedRows

MAX_TIMES_FIT = 3


def measure(rows: int, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print both durations; the target of their ratio."""
    schema, folder = load_schema("smart_logistics"), scratch / "speed"
    container = create_container(folder, progress, trials=1)
    ingested, prepared = ingest_and_preprocess(container, schema, f"simulator://smart_logistics?rows={rows}")
    started_at = time.perf_counter()
    trained = container.use_cases.train()(schema, ingested, prepared).report
    training_seconds = time.perf_counter() - started_at
    encoder = read_bundle(folder / "bundles" / trained.bundle).encoder
    prepared_rows = PreparedRows(container.storage.artifact_store(), container.storage.table_codec(), prepared)
    dataset, _ = prepared_rows.encoded(encoder, "train", "validation")
    model = HistGradientBoostingClassifier(
        **trained.parameters["hist_gradient_boosting"], early_stopping=False, random_state=0
    )
    started_at = time.perf_counter()
    model.fit(dataset.features, dataset.labels)
    fit_seconds = time.perf_counter() - started_at
    print_table(
        f"{rows:,} simulated rows, one candidate, {len(dataset.labels):,} training rows",
        ("what", "seconds"),
        [
            ("training: checks, folds, fit, test, explanations", f"{training_seconds:.1f}"),
            ("scikit-learn's fit", f"{fit_seconds:.1f}"),
        ],
    )
    return {"training, times scikit-learn's fit": Target(training_seconds / fit_seconds, MAX_TIMES_FIT, "lower")}
