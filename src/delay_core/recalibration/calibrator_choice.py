"""Which calibrator should serve next, by the outcomes that became known, and the checks that decide so."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration import Calibrator, RecalibratedCalibrator, trained_calibrator
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
from delay_core.recalibration.outcome_span import OutcomeSpan
from delay_core.recalibration.policy import RecalibrationPolicy


@dataclass(frozen=True)
class ServingCalibrator:
    """The calibrator that serves, with the outcomes that it follows; None for a calibrator as training made it."""

    calibrator: Calibrator
    outcomes: OutcomeSpan | None = None

    def was_fitted_to(self, outcomes: MaturedOutcomes) -> NDArray[np.bool_]:
        """Whether it is fitted to each of the outcomes [rows]: those that it follows, since their newest change."""
        if self.outcomes is None or self.outcomes.since is None or self.outcomes.last_known_at is None:
            return np.zeros(len(outcomes), dtype=np.bool_)
        times = self.outcomes.since, self.outcomes.last_known_at
        first, last = (np.datetime64(time.replace(tzinfo=None), "us") for time in times)
        return np.asarray((first <= outcomes.known_at) & (outcomes.known_at <= last))

    def precedes_change(self, outcomes: MaturedOutcomes, newest_segment: int) -> bool:
        """Whether there is a change, and at least half of the outcomes that it follows are older than that."""
        fitted = self.was_fitted_to(outcomes)
        return newest_segment > 0 and bool(fitted[:newest_segment].sum() >= fitted[newest_segment:].sum())


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

    It is judged on these outcomes, each predicted by a fit to those before it. It passes if these fits have
    significantly lower log-loss than the calibrator of the training, and on outcomes that are new to the one that
    serves not a significantly higher one than that. Without a gain over the calibrator of the training, this one
    returns if it is significantly better than the one that serves; or not significantly worse, if the one that serves
    is older than the newest change, which is evidence against it.
    """
    base = trained_calibrator(serving.calibrator)
    log_odds = base_log_odds(base, outcomes.scores)
    start = newest_segment(log_odds, outcomes.labels, outcomes.groups)
    rows = outcomes.select(slice(start, None))
    candidate = expit_on_grid(forward_log_odds(log_odds[start:], rows.labels))
    trained, served = base.apply(rows.scores), serving.calibrator.apply(rows.scores)
    gains = PairedGains(rows.labels, rows.groups, seed)
    over_trained = check_gain_over_trained(gains(candidate, trained))
    is_recalibrated = serving.calibrator != base
    if is_recalibrated and not over_trained.passed:
        check = check_not_worse if serving.precedes_change(outcomes, start) else check_return
        returned = check(gains(trained, served))
        return CalibratorChoice(base, (returned,) if returned.passed else (over_trained, returned), start)
    fitted = RecalibratedCalibrator(base=base, log_odds_map=fit_log_odds_map(log_odds[start:], rows.labels))
    change = check_change(float(np.abs(fitted.apply(rows.scores) - served).mean()), policy)
    if not is_recalibrated:
        return CalibratorChoice(fitted, (over_trained, change), start)
    is_new = ~serving.was_fitted_to(rows)
    over_serving = (
        check_not_worse(gains.select(is_new)(candidate[is_new], served[is_new])) if is_new.any() else no_new_outcomes()
    )
    return CalibratorChoice(fitted, (over_trained, over_serving, change), start)
