"""What training found."""

from delay_core.evaluation import Figure, Figures
from delay_core.reports.found import CalibrationChoice, Importance, LabelSetFigures, Savings, Slice, Trial
from delay_core.reports.report import Report


class TestFigures(Report):
    """The test rows, looked at once: the winner as it is served, the baseline, and for simulated data the oracle."""

    __test__ = False  # not a test case, whatever its name says to pytest
    winner: Figures
    baseline: Figures
    oracle: Figures | None
    gain_over_baseline: Figure


class Trained(Report):
    """A bundle and how it came about.

    `validation` has the out-of-fold figures of every family's best trial, and the baseline's; `slices` and `savings`
    are those of the winner on the test rows; `importances` are sorted, the largest first.
    """

    address: str
    prepared: str
    bundle: str
    trials: tuple[Trial, ...]
    validation: dict[str, Figures]
    parameters: dict[str, dict[str, float | int | str]]
    winner: str
    calibration: CalibrationChoice
    test: TestFigures
    label_sets: LabelSetFigures
    slices: tuple[Slice, ...]
    savings: Savings
    importances: tuple[Importance, ...]
    parity: float
    """The largest difference between ONNX and scikit-learn on a test row."""
    most_telling: tuple[str, ...]
    """What the leakage probe found: the columns, and pairs, that know most, with their out-of-fold ROC-AUC."""
    leakage: float | None
    """The largest lower bound of an out-of-fold ROC-AUC that the probe found; None where rows were too few."""
