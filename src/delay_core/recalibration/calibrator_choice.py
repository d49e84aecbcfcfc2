"""Which calibrator should serve next, by the outcomes that became known, and the checks that decide so."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import Calibrator, trained_calibrator
from delay_core.calibration.log_odds import expit_on_grid
from delay_core.promotion.check import Check
from delay_core.recalibration.change_point import newest_segment
from delay_core.recalibration.forward_validation import forward_log_odds
from delay_core.recalibration.gate import (
    PairedGains,
    check_change,
    check_gain_over_trained,
    check_not_worse,
    check_return,
    no_new_outcomes,
)
from delay_core.recalibration.log_odds_fit import base_log_odds, fit_log_odds_map
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.policy import RecalibrationPolicy


@dataclass(frozen=True)
class ServingCalibrator:
    """The calibrator that serves.

    A recalibrated one was fitted to outcomes until `learned_until` (UTC). None: it learned from none of the outcomes.
    """

    calibrator: Calibrator
    learned_until: datetime | None = None

    def has_seen(self, outcomes: MaturedOutcomes) -> NDArray[np.bool_]:
        """Which outcomes [rows] were known when it was fitted."""
        if self.learned_until is None:
            return np.zeros(len(outcomes), dtype=np.bool_)
        return np.asarray(outcomes.known_at <= np.datetime64(self.learned_until.replace(tzinfo=None), "us"))


@dataclass(frozen=True)
class CalibratorChoice:
    """A calibrator that should serve next if all checks passed, and the first row after the newest change."""

    calibrator: Calibrator
    checks: tuple[Check, ...]
    newest_segment: int

    @property
    def passed(self) -> bool:
        """Whether the calibrator should serve."""
        return all(check.passed for check in self.checks)


def choose_calibrator(
    serving: ServingCalibrator, outcomes: MaturedOutcomes, policy: RecalibrationPolicy, seed: int
) -> CalibratorChoice:
    """The calibrator of the training with a map that is fitted to the outcomes since the newest change.

    It is judged on these outcomes, at least on the latest `minimum_outcomes`, each predicted by a fit to those before
    it. It passes if these fits have significantly lower log-loss than the calibrator of the training, and on outcomes
    that are new to the one that serves not a significantly higher one than that. Without a gain over the calibrator of
    the training, this one returns if it is significantly better than the one that serves.
    """
    base = trained_calibrator(serving.calibrator)
    log_odds = base_log_odds(base, outcomes.scores)
    start = newest_segment(log_odds, outcomes.labels, outcomes.groups)
    first = min(start, len(outcomes) - policy.minimum_outcomes)
    rows = outcomes.select(slice(first, None))
    candidate = expit_on_grid(forward_log_odds(log_odds, outcomes.labels, outcomes.groups, first))
    trained, served = base.apply(rows.scores), serving.calibrator.apply(rows.scores)
    gains = PairedGains(rows.labels, rows.groups, seed)
    over_trained = check_gain_over_trained(gains(candidate, trained))
    is_recalibrated = serving.calibrator != base
    if is_recalibrated and not over_trained.passed:
        returned = check_return(gains(trained, served))
        return CalibratorChoice(base, (returned,) if returned.passed else (over_trained, returned), start)
    fitted = fit_log_odds_map(log_odds[start:], outcomes.labels[start:]).calibrator(base)
    change = check_change(float(np.abs(fitted.apply(rows.scores) - served).mean()), policy)
    if not is_recalibrated:
        return CalibratorChoice(fitted, (over_trained, change), start)
    is_new = ~serving.has_seen(rows)
    over_serving = (
        check_not_worse(gains.select(is_new)(candidate[is_new], served[is_new])) if is_new.any() else no_new_outcomes()
    )
    return CalibratorChoice(fitted, (over_trained, over_serving, change), start)
