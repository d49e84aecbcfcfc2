"""Rules for choosing the model that serves, on the histories of `development_histories`.

On each, the product selects, calibrates and fits as in any training; the other rules choose from the same trials. The
best family is known in hindsight only: that with the lowest log-loss on the rows to test on.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from adapters.files import ArtifactStore
from benchmarks.quality.development_histories import SEED, History, development_histories
from benchmarks.quality.mean_differences import format_difference, mean_difference
from benchmarks.quality.rolling_origins import TRIALS
from benchmarks.quality.window_predictions import WindowPrediction, WindowPredictor
from benchmarks.report import print_table
from delay_core.evaluation import Comparison, compare, log_losses
from delay_core.evaluation.metrics import LOG_LOSS
from delay_core.ports.model_trainer import AVERAGE
from delay_core.ports.progress import Progress
from delay_core.training.averaging import MAX_LAG, mean_loss
from delay_core.validation import LATE

MAX_EXCESS = 0.01
"""Nats above the best family in hindsight that count as close."""
BEST, PRODUCT = "best family in hindsight", "the product"
RULES = (
    PRODUCT,
    "the same, not calibrated",
    "the average in any case",
    "the lowest log-loss out of fold",
    "historical late rate",
)

Floats = NDArray[np.float64]


def measure(files: Mapping[str, Path], scratch: Path, progress: Progress) -> None:
    """Print by how much the log-loss exceeds that of the best family, rule by rule and source by source."""
    by_source: dict[str, list[Comparison]] = {}
    for source, histories in development_histories(files):
        by_source[source] = [
            _compare(history, scratch / "rules" / source / str(n), progress) for n, history in enumerate(histories)
        ]
    every = [comparison for comparisons in by_source.values() for comparison in comparisons]
    columns = {**by_source, "all": every}
    print_table(
        f"Log-loss above that of the best family in hindsight, {len(every)} histories [95 %]; {TRIALS} trials each",
        ("", *(f"{source} ({len(comparisons)})" for source, comparisons in columns.items())),
        [
            (rule, *(format_difference(mean_difference(c, rule, BEST, LOG_LOSS)) for c in columns.values()))
            for rule in RULES
        ],
    )
    print_table(
        f"Histories within {MAX_EXCESS} nats of the best family",
        ("", *columns),
        [(rule, *(f"{sum(_is_close(c, rule) for c in cs)} of {len(cs)}" for cs in columns.values())) for rule in RULES],
    )


def _compare(history: History, folder: Path, progress: Progress) -> Comparison:
    prediction = WindowPredictor(history.schema, ArtifactStore(folder), progress, TRIALS, SEED)(
        history.rows, history.test
    )
    families, labels = prediction.by_family, history.labels
    best = min(families, key=lambda family: log_losses(labels, families[family]).mean())
    chosen = (
        prediction.calibrated,
        prediction.raw,
        _average(prediction),
        _lowest_loss(prediction),
        np.full(len(labels), history.rows[LATE].mean()),
    )
    models = {BEST: families[best], **dict(zip(RULES, chosen, strict=True))}
    return compare(labels, models, SEED, groups=history.groups, metrics=[LOG_LOSS])


def _average(prediction: WindowPrediction) -> Floats:
    """The equal average of the families that are not far behind, whatever serves."""
    losses = {trial.family: mean_loss(trial) for trial in prediction.selection.best if trial.family != AVERAGE}
    members = [family for family, loss in losses.items() if loss <= min(losses.values()) + MAX_LAG]
    average: Floats = np.mean([prediction.by_family[family] for family in members], axis=0)
    return average


def _lowest_loss(prediction: WindowPrediction) -> Floats:
    single = [trial for trial in prediction.selection.best if trial.family != AVERAGE]
    return prediction.by_family[min(single, key=mean_loss).family]


def _is_close(comparison: Comparison, rule: str) -> bool:
    name = LOG_LOSS.name
    return comparison.estimates[rule][name].value <= comparison.estimates[BEST][name].value + MAX_EXCESS
