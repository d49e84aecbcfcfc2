"""The choice of a model on the validation rows: its family and parameters, its calibration, its label sets."""

from collections.abc import Mapping
from dataclasses import dataclass

from delay_core.conformal import LabelSets
from delay_core.errors import TrainingRefused
from delay_core.evaluation import MetricEstimates, compare
from delay_core.ports.calibration_fitter import CalibrationFitter
from delay_core.reports import Trial
from delay_core.training.calibrating import Calibrated, choose_calibration
from delay_core.training.out_of_fold import OutOfFold, out_of_fold
from delay_core.training.search import Search, best_of_families
from delay_core.training.search_space import default_index, list_candidates


@dataclass(frozen=True)
class Choice:
    """What was tried, the best of each family, the best family first, with its out-of-fold figures; and what the
    winner's probabilities become.
    """

    trials: tuple[Trial, ...]
    best: Mapping[str, Trial]
    validation: Mapping[str, MetricEstimates]
    calibrated: Calibrated
    label_sets: LabelSets

    @property
    def winner(self) -> Trial:
        """The trial whose model will serve."""
        return next(iter(self.best.values()))


def choose(search: Search, trials: int, fitter: CalibrationFitter) -> Choice:
    """Search, then calibrate the winner on what it said out of fold.

    Raises TrainingRefused where the validation part cannot judge: nothing to learn from before it, or one class only.
    """
    if not search.folds:
        raise TrainingRefused(
            "no block of the validation part can be judged: the shipments whose outcome was known before each "
            "hold one class only; late and on-time shipments are both needed"
        )
    tried = search(list_candidates(search.trainer, trials, search.seed))
    best = best_of_families(tried, default_index(tried))
    unseen = out_of_fold(search, best)
    _refuse_one_class(unseen)
    figures = compare(unseen.labels, unseen.probabilities, search.seed, groups=unseen.groups).estimates
    winner = unseen.probabilities[next(iter(best))]
    calibrated = choose_calibration(fitter, unseen.labels, winner, unseen.fold)
    covered = calibrated.covered
    label_sets = LabelSets.fit(unseen.labels[covered], calibrated.probabilities[covered])
    return Choice(tried, best, figures, calibrated, label_sets)


def _refuse_one_class(unseen: OutOfFold) -> None:
    if not 0 < int(unseen.labels.sum()) < len(unseen.labels):
        raise TrainingRefused(
            f"the validation part ({len(unseen.labels)} shipments, {int(unseen.labels.sum())} late) holds one class "
            f"only; late and on-time shipments are both needed"
        )
