"""What honesty costs: a million rows and one candidate through training, beside scikit-learn's bare fit of the same."""

import time
from pathlib import Path

from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.files import read_bundle
from benchmarks.quality.judged import container_in, prepared_in
from benchmarks.report import Target, print_table
from delay_core.ports.progress import Progress
from delay_core.schemas import load_schema
from delay_core.use_cases.prepared_rows import PreparedRows

MOST_TIMES = 3


def measure(rows: int, scratch: Path, progress: Progress) -> dict[str, Target]:
    """Print both times; the target of their ratio."""
    schema, folder = load_schema("smart_logistics"), scratch / "speed"
    container = container_in(folder, progress, trials=1)
    ingested, prepared = prepared_in(container, schema, f"simulator://smart_logistics?rows={rows}")
    began = time.perf_counter()
    trained = container.use_cases.train()(schema, ingested, prepared).report
    whole = time.perf_counter() - began
    encoder = read_bundle(folder / "bundles" / trained.bundle).encoder
    learned, _ = PreparedRows(container.storage.artifact_store(), container.storage.table_codec(), prepared).encoded(
        encoder, "train", "validation"
    )
    bare = HistGradientBoostingClassifier(
        **trained.parameters["hist_gradient_boosting"], early_stopping=False, random_state=0
    )
    began = time.perf_counter()
    bare.fit(learned.features, learned.labels)
    alone = time.perf_counter() - began
    print_table(
        f"{rows:,} simulated rows, one candidate, {len(learned.labels):,} of them learned from",
        ("what", "seconds"),
        [("training: checks, folds, fit, test, explanations", f"{whole:.1f}"), ("scikit-learn's fit", f"{alone:.1f}")],
    )
    return {"training, times scikit-learn's fit": Target(whole / alone, MOST_TIMES, "lower")}
