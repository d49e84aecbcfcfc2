"""What the test rows tell, looked at once: the model as it will serve beside the baseline, whole and slice by slice."""

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
from delay_core.reports import HoldoutMetrics
from delay_core.schema import ShipmentSchema
from delay_core.training.rows import TrainingRows

ORACLE = "oracle"


@dataclass(frozen=True)
class Tested:
    """The winner's test: figures, label sets, slices, savings."""

    figures: HoldoutMetrics
    label_sets: ConformalCoverage
    slices: tuple[SliceResult, ...]
    savings: SavingsReport


@dataclass(frozen=True)
class Test:
    """The test rows, and the values of the columns that they are sliced by, each [rows]."""

    __test__ = False  # not a test case, whatever its name says to pytest
    schema: ShipmentSchema
    rows: TrainingRows
    columns: Mapping[str, NDArray[Any]]
    seed: int

    def __call__(self, winner: str, predictions: Mapping[str, NDArray[np.float64]], sets: LabelSets) -> Tested:
        """Probabilities [rows] of the winner as it serves and of the baseline; of the oracle where there is one."""
        labels, groups = self.rows.labels, self.rows.groups
        served, baseline = predictions[winner], predictions[BASELINE]
        compared = compare(labels, predictions, self.seed, groups=groups)
        return Tested(
            figures=HoldoutMetrics(
                winner=compared.estimates[winner],
                baseline=compared.estimates[BASELINE],
                oracle=compared.estimates.get(ORACLE),
                gain_over_baseline=compared.gain(winner, BASELINE),
            ),
            label_sets=conformal_coverage(labels, served, sets),
            slices=compare_slices(self.columns, labels, served, baseline, self.seed, groups=groups),
            savings=realized_savings(labels, served, baseline, self.schema.costs, self.seed, groups=groups),
        )
