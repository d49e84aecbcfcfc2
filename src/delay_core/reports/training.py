"""The report of a training, and its parts."""

from pydantic import Field

from delay_core.evaluation import ConformalCoverage, Estimate, MetricEstimates, SavingsReport, SliceResult
from delay_core.reports.base import Report

RECENT_RATE = "recent_rate"
"""The name of the recent late rate where models are named by their family."""


class Trial(Report):
    """One candidate of the search: its log-loss on each fold that it reached, in time order.

    `half_life` is a share of the length of the training window; None weighs all rows alike. `rounds` is where boosting
    stopped early. A trial is `pruned` if its log-loss on the newest fold was too high to try the other folds.
    """

    family: str
    parameters: dict[str, float | int | str]
    half_life: float | None
    log_losses: tuple[float, ...]
    rounds: int | None
    pruned: bool = Field(alias="given_up")


class CalendarTrial(Report):
    """How much lower log-losses (nats) are without the calendar features `left_out`.

    `newest` is on the newest fold, the mean over families; `by_family` over all folds, empty if `newest` was too small
    to try the others.
    """

    left_out: tuple[str, ...]
    newest: float
    by_family: dict[str, float]

    @property
    def gain(self) -> float:
        """The mean over families of the gains over all folds; 0 if they were not measured."""
        return sum(self.by_family.values()) / max(len(self.by_family), 1)


class CalendarChoice(Report):
    """The calendar features that a model does not have although the schema declares them, and what was tried."""

    left_out: tuple[str, ...] = ()
    trials: tuple[CalendarTrial, ...] = ()


class CalibrationChoice(Report):
    """The calibration method that was chosen, and the cross-fitted log-loss of each method on `rows` rows.

    Before, the log-odds of each fold are shifted to its late rate: only their shape is compared.
    """

    method: str
    log_losses: dict[str, float]
    rows: int

    @property
    def was_compared(self) -> bool:
        """Whether enough rows were there to fit a method, and compare it with the unchanged probabilities."""
        return len(self.log_losses) > 1


class Importance(Report):
    """By how many percentage points a column, or derived feature, moves a prediction on average, up or down."""

    source: str
    points: float


class RecentRate(Report):
    """The recent late rate: of the latest `window` outcomes known before each prediction point.

    `keys` are columns: then it is of shipments with the same values in them. Without, it is of all shipments.
    """

    window: int
    keys: tuple[str, ...]

    def __str__(self) -> str:
        by = f" by {', '.join(self.keys)}" if self.keys else ""
        return f"the late rate of the latest {self.window:,} known outcomes{by}"


class HoldoutMetrics(Report):
    """The test rows, scored once: the winner as it is served, the baselines, and for simulated data the oracle.

    `baseline` has the metrics of the historical late rate, `recent` those of the recent one, `oracle` those of the true
    probabilities. Gains are how much lower the winner's log-loss is. `recent_rate` was selected on the validation rows.
    """

    winner: MetricEstimates
    baseline: MetricEstimates
    recent: MetricEstimates
    oracle: MetricEstimates | None
    gain_over_baseline: Estimate
    gain_over_recent: Estimate
    recent_rate: RecentRate


class TrainReport(Report):
    """A bundle and how it was made.

    `validation` has the out-of-fold metrics of the best trial of each family and of the baselines. `slices` and
    `savings` are those of the winner on the test rows. `importances` start with the largest.
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
    """The largest difference between ONNX and scikit-learn in the probability of a test row."""
    most_telling: tuple[str, ...]
    """The columns, and pairs of columns, that predict the outcome best, with their out-of-fold ROC-AUC."""
    leakage: float | None
    """The largest lower bound of these ROC-AUCs; None where there were too few rows to measure it."""
    calendar: CalendarChoice = CalendarChoice()
    questions: tuple[str, ...] = ()
    """What to ask about operations on columns that predict the outcome suspiciously well, though not too well."""
