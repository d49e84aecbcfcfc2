"""Recalibration: a new calibrator and new label sets for a model that serves, from outcomes that became known."""

from dataclasses import dataclass
from datetime import datetime

from delay_core.calibration import Calibrator
from delay_core.conformal import LabelSets
from delay_core.promotion.check import Check
from delay_core.recalibration.adaptive_sets import adapt_label_sets, check_label_sets
from delay_core.recalibration.calibrator_choice import ServingCalibrator, choose_calibrator
from delay_core.recalibration.gate import check_outcomes
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.policy import RecalibrationPolicy


@dataclass(frozen=True)
class OutcomeSpan:
    """The outcomes that a recalibration read: `rows`, without the `acted` ones; times (UTC) at which they were known.

    `since` is that of the first one after the newest change. Times are None without outcomes.
    """

    rows: int
    acted: int
    first_known_at: datetime | None
    since: datetime | None
    last_known_at: datetime | None


@dataclass(frozen=True)
class Recalibration:
    """What should serve next, and the checks that decided so.

    Where `promoted` is False, calibrator and label sets are those that serve. Where it is True, the calibrator is that
    too if one of its checks failed: then only the label sets are others.
    """

    calibrator: Calibrator
    label_sets: LabelSets
    checks: tuple[Check, ...]
    promoted: bool
    outcomes: OutcomeSpan

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is promoted: the messages of the checks that passed; or why it is not: those of the others."""
        return tuple(check.message for check in self.checks if check.passed == self.promoted)


def recalibrate(
    serving: ServingCalibrator, label_sets: LabelSets, outcomes: MaturedOutcomes, policy: RecalibrationPolicy, seed: int
) -> Recalibration:
    """The calibrator and the label sets that should serve next, by the latest `maximum_outcomes` outcomes.

    Shipments on which somebody acted are left out: acting changes the outcome, and the model predicts it without an
    action. The calibrator changes if it passes its checks; the label sets change with it, and if those that were
    served did not hold as many outcomes as promised. The same arguments give the same result.
    """
    usable = outcomes.select(~outcomes.acted)
    usable = usable.select(slice(max(0, len(usable) - policy.maximum_outcomes), None))
    enough = check_outcomes(outcomes, policy)
    if not enough.passed:
        span = _span(outcomes, usable, 0)
        return Recalibration(serving.calibrator, label_sets, (enough,), promoted=False, outcomes=span)
    choice = choose_calibrator(serving, usable, policy, seed)
    span = _span(outcomes, usable, choice.newest_segment)
    calibrator = choice.calibrator if choice.passed else serving.calibrator
    probabilities = calibrator.apply(usable.scores)
    sets = adapt_label_sets(label_sets, usable, probabilities, choice.newest_segment, same_calibrator=not choice.passed)
    served = label_sets.codes(serving.calibrator.apply(usable.scores))
    change = float((sets.codes(probabilities) != served).mean())
    coverage = check_label_sets(label_sets.level, usable, change, policy)
    checks = (enough, *choice.checks, coverage)
    if choice.passed or coverage.passed:
        return Recalibration(calibrator, sets, checks, promoted=True, outcomes=span)
    return Recalibration(serving.calibrator, label_sets, checks, promoted=False, outcomes=span)


def _span(outcomes: MaturedOutcomes, usable: MaturedOutcomes, start: int) -> OutcomeSpan:
    known, since = usable.known_between(), usable.select(slice(start, None)).known_between()
    first, last = known or (None, None)
    return OutcomeSpan(len(usable), int(outcomes.acted.sum()), first, since[0] if since else None, last)
