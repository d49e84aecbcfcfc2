"""Recalibration: a new calibrator and new label sets for a model that serves, from outcomes that became known."""

from dataclasses import dataclass
from datetime import datetime

from delay_core.calibration import Calibrator
from delay_core.conformal import LabelSets
from delay_core.promotion.check import Check
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

    Where `promoted` is False, calibrator and label sets are those that serve.
    """

    calibrator: Calibrator
    label_sets: LabelSets
    checks: tuple[Check, ...]
    promoted: bool
    outcomes: OutcomeSpan

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is promoted: the messages of all checks; or why it is not: those of the failed ones."""
        return tuple(check.message for check in self.checks if self.promoted or not check.passed)


def recalibrate(
    serving: ServingCalibrator, label_sets: LabelSets, outcomes: MaturedOutcomes, policy: RecalibrationPolicy, seed: int
) -> Recalibration:
    """The calibrator and the label sets that should serve next, by the latest `maximum_outcomes` outcomes.

    Shipments on which somebody acted are left out: acting changes the outcome, and the model predicts it without an
    action. The same arguments give the same result.
    """
    usable = outcomes.select(~outcomes.acted)
    usable = usable.select(slice(max(0, len(usable) - policy.maximum_outcomes), None))
    enough = check_outcomes(outcomes, policy)
    if not enough.passed:
        span = _span(outcomes, usable, 0)
        return Recalibration(serving.calibrator, label_sets, (enough,), promoted=False, outcomes=span)
    choice = choose_calibrator(serving, usable, policy, seed)
    checks, span = (enough, *choice.checks), _span(outcomes, usable, choice.newest_segment)
    if not choice.passed:
        return Recalibration(serving.calibrator, label_sets, checks, promoted=False, outcomes=span)
    sets = LabelSets.fit(usable.labels, choice.calibrator.apply(usable.scores), label_sets.level)
    return Recalibration(choice.calibrator, sets, checks, promoted=True, outcomes=span)


def _span(outcomes: MaturedOutcomes, usable: MaturedOutcomes, start: int) -> OutcomeSpan:
    known, since = usable.known_between(), usable.select(slice(start, None)).known_between()
    first, last = known or (None, None)
    return OutcomeSpan(len(usable), int(outcomes.acted.sum()), first, since[0] if since else None, last)
