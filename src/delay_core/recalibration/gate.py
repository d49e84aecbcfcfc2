"""The gate of a recalibration: what it must show on outcomes that it had not learned from."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import Floats
from delay_core.evaluation import Estimate, bootstrap_counts, log_losses
from delay_core.evaluation.intervals import percentile_estimate
from delay_core.promotion.check import Check
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.policy import RecalibrationPolicy

TRAINED = "the calibrator of the training"
SERVING = "the calibrator that serves"


@dataclass(frozen=True, eq=False)
class PairedGains:
    """Gains on outcomes with these labels and groups, each [rows], by resamples that `seed` determines."""

    labels: NDArray[np.int8]
    groups: NDArray[np.int64]
    seed: int

    def __call__(self, candidate: Floats, other: Floats) -> Estimate:
        """How much lower the log-loss of one's probabilities [rows] is than that of the other's, paired."""
        gains = log_losses(self.labels, other) - log_losses(self.labels, candidate)
        counts = bootstrap_counts(self.labels, self.groups, self.seed)
        resampled = [block @ gains / block.sum(axis=1) for block in counts]
        return percentile_estimate(float(gains.mean()), np.concatenate(resampled))

    def select(self, rows: NDArray[np.bool_]) -> Self:
        """Gains on the rows of a mask [rows]."""
        return replace(self, labels=self.labels[rows], groups=self.groups[rows])


def check_outcomes(all_outcomes: MaturedOutcomes, policy: RecalibrationPolicy) -> Check:
    """There are enough known outcomes that nobody changed by acting."""
    rows, acted, limit = len(all_outcomes), int(all_outcomes.acted.sum()), policy.minimum_outcomes
    usable = rows - acted
    passed = usable >= limit
    if passed:
        message = f"learned from {usable:,} known outcomes"
    elif rows and not usable:
        message = f"all {rows:,} known outcomes were acted on: they do not show what happens without an action"
    else:
        without = " without an action" if acted else ""
        message = f"{usable:,} known outcomes{without} are too few: {limit:,} are needed"
    return Check(name="outcomes", value=usable, limit=limit, direction="at_least", passed=passed, message=message)


def check_gain_over_trained(gain: Estimate) -> Check:
    """It is better than no recalibration."""
    return _check_significance("gain_over_trained", gain, TRAINED)


def check_return(gain: Estimate) -> Check:
    """The calibrator of the training is better than the recalibrated one that serves."""
    return _check_significance("gain_over_serving", gain, SERVING)


def check_not_worse(gain: Estimate) -> Check:
    """On outcomes that neither had learned from, it is not significantly worse than the one that serves."""
    passed = gain.high >= 0
    message = f"log-loss {'not ' if passed else ''}significantly higher than that of {SERVING}: lower by {gain}"
    return Check(name="gain_over_serving", value=gain, limit=0.0, direction="at_least", passed=passed, message=message)


def no_new_outcomes() -> Check:
    """No outcome became known since the calibrator that serves was fitted."""
    message = f"no outcome became known since {SERVING} was fitted"
    return Check(name="gain_over_serving", value=None, limit=0.0, direction="at_least", passed=False, message=message)


def check_change(change: float, policy: RecalibrationPolicy) -> Check:
    """It changes the probabilities enough for a new version."""
    limit = policy.minimum_change
    passed = change >= limit
    reason = "" if passed else f": less than {limit:g} is not worth a version"
    message = f"probabilities change by {change:.3f} on average{reason}"
    return Check(
        name="change", value=round(change, 6), limit=limit, direction="at_least", passed=passed, message=message
    )


def _check_significance(name: str, gain: Estimate, other: str) -> Check:
    passed = gain.low > 0
    message = f"log-loss {'' if passed else 'not '}significantly lower than that of {other}: lower by {gain}"
    return Check(name=name, value=gain, limit=0.0, direction="above", passed=passed, message=message)
