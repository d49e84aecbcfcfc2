"""Evaluation on the test rows, once: the model as it will serve beside the baselines, in total and slice by slice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.conformal import LabelSets
from delay_core.evaluation import (
    ConformalCoverage,
    SavingsReport,
    SliceResult,
    compare,
    compare_slices,
    conformal_coverage,
    realized_savings,
)
from delay_core.ports.model_trainer import BASELINE
from delay_core.reports import RECENT_RATE, HoldoutMetrics, RecentRate
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import EncodedDataset

ORACLE = "oracle"


@dataclass(frozen=True)
class HoldoutResult:
    """The winner on the test rows: metrics, coverage of the label sets, slices, savings."""

    metrics: HoldoutMetrics
    label_sets: ConformalCoverage
    slices: tuple[SliceResult, ...]
    savings: SavingsReport


@dataclass(frozen=True)
class HoldoutEvaluation:
    """The test rows, and their values of the columns that define slices, each [rows]."""

    schema: ShipmentSchema
    rows: EncodedDataset
    columns: Mapping[str, NDArray[Any]]
    seed: int

    def __call__(
        self, winner: str, predictions: Mapping[str, NDArray[np.float64]], sets: LabelSets, recent_rate: RecentRate
    ) -> HoldoutResult:
        """Evaluate probabilities [rows] of the winner as it serves, of both baselines, and of the oracle if present."""
        labels, groups = self.rows.labels, self.rows.groups
        served, baseline = predictions[winner], predictions[BASELINE]
        compared = compare(labels, predictions, self.seed, groups=groups)
        return HoldoutResult(
            metrics=HoldoutMetrics(
                winner=compared.estimates[winner],
                baseline=compared.estimates[BASELINE],
                recent=compared.estimates[RECENT_RATE],
                oracle=compared.estimates.get(ORACLE),
                gain_over_baseline=compared.gain(winner, BASELINE),
                gain_over_recent=compared.gain(winner, RECENT_RATE),
                recent_rate=recent_rate,
            ),
            label_sets=conformal_coverage(labels, served, sets),
            slices=compare_slices(self.columns, labels, served, baseline, self.seed, groups=groups),
            savings=realized_savings(labels, served, baseline, self.schema.costs, self.seed, groups=groups),
        )
