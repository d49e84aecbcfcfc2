"""Predictions of one window by the product, with everything chosen and trained on the rows before it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from adapters.sklearn.model_trainer import ModelTrainer
from adapters.sklearn.regression_solver import RegressionSolver
from adapters.threads import WorkerPool
from delay_core import ShipmentSchema
from delay_core.features import FeatureEncoder, to_arrays
from delay_core.groups import group_codes
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.ports.model_trainer import AVERAGE
from delay_core.ports.progress import Progress
from delay_core.splits import SplitPolicy
from delay_core.training import (
    EncodedDataset,
    RawDataset,
    Search,
    SelectionResult,
    TrialCache,
    choose_calendar,
    recent_late_rates,
    select_model,
    time_folds,
)
from delay_core.training.final_fit import fit_winner
from delay_core.validation import KNOWN_AT, LATE

VALIDATION_FROM = SplitPolicy().validation_from / SplitPolicy().test_from
"""The share of the rows before a window that are training rows only, as in any training."""

CORES = 2


@dataclass(frozen=True)
class WindowPrediction:
    """The selected model, and the probabilities [rows] of the window's rows.

    `by_family` has those of the best trial of each family, not calibrated, as `raw`, which are the winner's.
    """

    selection: SelectionResult
    raw: NDArray[np.float64]
    calibrated: NDArray[np.float64]
    by_family: Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class WindowPredictor:
    """The product's search, calibration and fit, on accepted rows in time order."""

    schema: ShipmentSchema
    store: ArtifactStore
    progress: Progress
    trials: int
    seed: int

    def __call__(self, history: pd.DataFrame, window: pd.DataFrame) -> WindowPrediction:
        """Train on the accepted rows `history`, in time order and with outcomes; predict the rows of `window`."""
        trainer = ModelTrainer()
        rows = self._raw(history)
        cache = TrialCache(self.store, {"trainer": trainer.fingerprint, "rows": len(history), "seed": self.seed})
        pool = WorkerPool(CORES)
        search = Search(self.schema, rows, time_folds(rows), trainer, pool, cache, self.progress, self.seed)
        encoder = FeatureEncoder.fit(self.schema, rows.columns)
        left_out = choose_calendar(search, encoder).left_out
        selection = select_model(search.without(left_out), self.trials, RegressionSolver())
        encoder = encoder.without_calendar(left_out)
        features, unseen = encoder.encode(rows.columns), encoder.encode_table(window)
        train = EncodedDataset(features, rows.labels, rows.times, rows.known_at, rows.groups)
        single = [trial for trial in selection.best if trial.family != AVERAGE]
        models = {trial.family: fit_winner(trainer, trial, (), train, self.seed) for trial in single}
        by_family = {family: model.late_probability(unseen) for family, model in models.items()}
        raw = fit_winner(trainer, selection.winner, selection.members, train, self.seed).late_probability(unseen)
        return WindowPrediction(selection, raw, selection.calibration.calibrator.apply(raw), by_family)

    def recent_rates(
        self, selection: SelectionResult, rows: pd.DataFrame, selected: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """The recent late rates [selected rows]; they follow the outcomes of all accepted rows, in time order."""
        return recent_late_rates(selection.recent_rate, self._raw(rows), selected)

    def _raw(self, history: pd.DataFrame) -> RawDataset:
        point, schema = self.schema.prediction_point.sort_column, self.schema
        columns = to_arrays(history, [*schema.canonical_columns, LATE, KNOWN_AT])
        labels = columns[LATE].astype(np.int8)
        is_validation = np.arange(len(history)) >= int(len(history) * VALIDATION_FROM)
        groups = group_codes([history[name] for name in schema.group]) if schema.group else None
        return RawDataset(columns, labels, columns[point], columns[KNOWN_AT], is_validation, groups)
