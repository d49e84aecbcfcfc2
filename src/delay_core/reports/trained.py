"""What training found."""

from delay_core.evaluation import Estimate, MetricEstimates
from delay_core.reports.found import CalibrationChoice, ConformalCoverage, Importance, SavingsReport, SliceResult, Trial
from delay_core.reports.report import Report


class HoldoutMetrics(Report):
    """The test rows, looked at once: the winner as it is served, the baseline, and for simulated data the oracle."""

    __test__ = False  # not a test case, whatever its name says to pytest
    winner: MetricEstimates
    baseline: MetricEstimates
    oracle: MetricEstimates | None
    gain_over_baseline: Estimate


class TrainReport(Report):
    """A bundle and how it came about.

    `validation` has the out-of-fold figures of every family's best trial, and the baseline's; `slices` and `savings`
    are those of the winner on the test rows; `importances` are sorted, the largest first.
    """

    address: str
    prepared: str
    bundle: str
    trials: tuple[Trial, ...]
    validation: dict[str, MetricEstimates]
    parameters: dict[str, dict[str, float | int | str]]
    winner: str
    calibration: CalibrationChoice
    test: HoldoutMetrics
    label_sets: ConformalCoverage
    slices: tuple[SliceResult, ...]
    savings: SavingsReport
    importances: tuple[Importance, ...]
    parity: float
    """The largest difference between ONNX and scikit-learn on a test row."""
    most_telling: tuple[str, ...]
    """What the leakage probe found: the columns, and pairs, that know most, with their out-of-fold ROC-AUC."""
    leakage: float | None
    """The largest lower bound of an out-of-fold ROC-AUC that the probe found; None where rows were too few."""
