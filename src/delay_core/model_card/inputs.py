"""What a model card is written from."""

from collections.abc import Mapping
from dataclasses import dataclass

from delay_core.evaluation import ConformalCoverage, MetricEstimates, SavingsReport, SliceResult
from delay_core.reports import CalibrationChoice, HoldoutMetrics, Importance, IngestReport, PreprocessReport, Trial
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class ModelCardInputs:
    """Everything that a training measured.

    `best` has the best trial of each family, the winner first. `most_telling` has the columns that the leakage check
    measured to predict the outcome best. `trainer` is the trainer's fingerprint and `seed` its seed.
    """

    schema: ShipmentSchema
    ingested: IngestReport
    prepared: PreprocessReport
    trials: tuple[Trial, ...]
    best: Mapping[str, Trial]
    validation: Mapping[str, MetricEstimates]
    calibration: CalibrationChoice
    test: HoldoutMetrics
    label_sets: ConformalCoverage
    slices: tuple[SliceResult, ...]
    savings: SavingsReport
    importances: tuple[Importance, ...]
    most_telling: tuple[str, ...]
    trainer: str
    seed: int

    @property
    def winner(self) -> Trial:
        """The trial whose model serves."""
        return next(iter(self.best.values()))
