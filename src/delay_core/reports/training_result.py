"""The result of a training, from which the model card, the bundle's metrics and the report are written."""

from collections.abc import Mapping
from dataclasses import dataclass

from delay_core.evaluation import ConformalCoverage, MetricEstimates, SavingsReport, SliceResult
from delay_core.leakage import LeakageFinding
from delay_core.reports.tables import IngestReport, PreprocessReport
from delay_core.reports.training import (
    CalendarChoice,
    CalibrationChoice,
    HoldoutMetrics,
    Importance,
    TrainReport,
    Trial,
)
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True)
class TrainingResult:
    """Everything that a training measured.

    `trainer` is the trainer's fingerprint, `seed` its seed. `best` has the `winner` and the first trial of each other
    family; `members` are the winner's if it is an average. `validation` has the out-of-fold metrics of the best, and
    those of the baselines. `test`, `label_sets`, `slices`, `savings` and `importances` are the winner's on the test
    rows. `parity` is the largest difference between ONNX and the fitted model on a test row. `leakage` has the columns
    that predict the outcome best.
    """

    schema: ShipmentSchema
    ingested: IngestReport
    prepared: PreprocessReport
    trainer: str
    seed: int
    leakage: tuple[LeakageFinding, ...]
    trials: tuple[Trial, ...]
    best: tuple[Trial, ...]
    winner: Trial
    members: tuple[Trial, ...]
    validation: Mapping[str, MetricEstimates]
    calendar: CalendarChoice
    calibration: CalibrationChoice
    parity: float
    test: HoldoutMetrics
    label_sets: ConformalCoverage
    slices: tuple[SliceResult, ...]
    savings: SavingsReport
    importances: tuple[Importance, ...]

    def report(self, address: str, bundle: str) -> TrainReport:
        """The report of the training at this address, which made the bundle with this digest."""
        return TrainReport(
            address=address,
            prepared=self.prepared.address,
            bundle=bundle,
            trials=self.trials,
            validation=dict(self.validation),
            parameters={trial.family: trial.parameters for trial in self.best},
            winner=self.winner.family,
            calendar=self.calendar,
            calibration=self.calibration,
            test=self.test,
            label_sets=self.label_sets,
            slices=self.slices,
            savings=self.savings,
            importances=self.importances,
            parity=self.parity,
            most_telling=tuple(map(str, self.leakage)),
            questions=tuple(finding.question for finding in self.leakage if finding.question is not None),
            leakage=max((finding.lower_bound for finding in self.leakage), default=None),
        )
