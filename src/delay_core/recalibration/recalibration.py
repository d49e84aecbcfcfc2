"""Recalibration: a new calibrator and new label sets for a model that serves, from outcomes that became known."""

from dataclasses import dataclass

from delay_core.calibration import Calibrator, RecalibratedCalibrator
from delay_core.conformal import LabelSets
from delay_core.promotion.check import Check
from delay_core.recalibration.adaptive_sets import adapt_label_sets, check_label_sets
from delay_core.recalibration.calibrator_choice import CalibratorChoice, ServingCalibrator, choose_calibrator
from delay_core.recalibration.gate import check_outcomes
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.outcome_span import OutcomeSpan
from delay_core.recalibration.policy import RecalibrationPolicy


@dataclass(frozen=True)
class Recalibration:
    """What should serve next, and the checks that decided so.

    Where `promoted` is False, calibrator and label sets are those that serve. Where it is True, the calibrator is that
    too if one of its checks failed: then only the label sets are others. `outcomes` were read, and the label sets that
    are promoted follow them; `calibrator_outcomes` are those that the calibrator follows: earlier ones if it stays, and
    None for that of the training.
    """

    calibrator: Calibrator
    calibrator_outcomes: OutcomeSpan | None
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
        return _keep(serving, label_sets, (enough,), _span(outcomes, usable, 0))
    choice = choose_calibrator(serving, usable, policy, seed)
    span = _span(outcomes, usable, choice.newest_segment)
    chosen = _chosen(choice, span) if choice.passed else serving
    probabilities = chosen.calibrator.apply(usable.scores)
    sets = adapt_label_sets(label_sets, usable, probabilities, choice.newest_segment, same_calibrator=not choice.passed)
    served = label_sets.codes(serving.calibrator.apply(usable.scores))
    change = float((sets.codes(probabilities) != served).mean())
    coverage = check_label_sets(label_sets.level, usable, change, policy)
    checks = (enough, *choice.checks, coverage)
    if choice.passed or coverage.passed:
        return Recalibration(chosen.calibrator, chosen.outcomes, sets, checks, promoted=True, outcomes=span)
    return _keep(serving, label_sets, checks, span)


def _keep(
    serving: ServingCalibrator, label_sets: LabelSets, checks: tuple[Check, ...], span: OutcomeSpan
) -> Recalibration:
    """What serves stays."""
    return Recalibration(serving.calibrator, serving.outcomes, label_sets, checks, promoted=False, outcomes=span)


def _chosen(choice: CalibratorChoice, span: OutcomeSpan) -> ServingCalibrator:
    """The calibrator that should serve next; that of the training follows no outcomes."""
    return ServingCalibrator(choice.calibrator, span if isinstance(choice.calibrator, RecalibratedCalibrator) else None)


def _span(outcomes: MaturedOutcomes, usable: MaturedOutcomes, start: int) -> OutcomeSpan:
    known, since = usable.known_between(), usable.select(slice(start, None)).known_between()
    first, last = known or (None, None)
    return OutcomeSpan(len(usable), int(outcomes.acted.sum()), first, since[0] if since else None, last)
