"""What training found out about the model it chose: parts of its report."""

from delay_core.evaluation import Estimate, MetricEstimates
from delay_core.reports.report import Report


class Trial(Report):
    """A set of parameters that was tried: its log-loss on each fold that it reached, in time order.

    `half_life` is a share of the learning window's length; None weighs all rows alike. `rounds` is where boosting
    stopped early. `given_up` trials were so far behind on the newest fold that they saw no other.
    """

    family: str
    parameters: dict[str, float | int | str]
    half_life: float | None
    log_losses: tuple[float, ...]
    rounds: int | None
    given_up: bool


class CalibrationChoice(Report):
    """How raw probabilities became calibrated ones: the method, and the cross-fitted log-loss of each on `rows`."""

    method: str
    log_losses: dict[str, float]
    rows: int


class ConformalCoverage(Report):
    """Label sets on the test rows: the share that holds what happened, of all and by class, and what they say.

    `level` is the share that was promised; None where a class has no test rows. Shares of rows, 0 to 1.
    """

    level: float
    coverage: Estimate
    coverage_late: Estimate | None
    coverage_on_time: Estimate | None
    says_late: float
    says_on_time: float
    cannot_tell: float


class SliceResult(Report):
    """The test rows that share a value of a column. `gain_over_baseline` is how much lower the log-loss is, paired."""

    column: str
    value: str
    rows: int
    late: int
    mean_probability: float
    figures: MetricEstimates | None
    """None where the rows hold one class only."""
    gain_over_baseline: Estimate


class SavingsReport(Report):
    """Cost per shipment on the test rows, in `currency` (None: in units of one needless action).

    Acting as the model says, on none, on all, and as the baseline's one probability says. `saved` is how much less the
    model costs than the cheapest of the other three, per shipment, paired.
    """

    missed_delay: float
    needless_action: float
    currency: str | None
    act_above: float
    acted_on: int
    model: float
    none: float
    all: float
    baseline: float
    saved: Estimate


class Importance(Report):
    """A column, or derived feature, and how many points it moves a prediction, either way, on average (0 to 100)."""

    source: str
    points: float
