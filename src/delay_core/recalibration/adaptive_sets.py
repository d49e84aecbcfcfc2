"""Label sets that keep to their level over time: adaptive conformal inference (Gibbs & Candès 2021), class by class."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from delay_core.calibration.log_odds import Floats
from delay_core.conformal import LabelSets
from delay_core.evaluation.intervals import Z_95
from delay_core.promotion.check import Check
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.policy import RecalibrationPolicy

STEP = 0.005
"""By how much of what a served set missed the level that is aimed at follows; that of Gibbs & Candès."""
HALF_LIFE = 300
"""Outcomes of a class after which what was missed counts half. An end of the sum would be felt as a second change: the
misses leave it before what made up for them does."""
CLASSES = {"late": 1, "on-time": 0}
CHECKED_ROWS = 200
"""Sets are adapted when they miss their level on so many latest outcomes of a class."""
MIN_CLASS_ROWS = 50
"""Thresholds of a class are learned from at least so many outcomes, if need be from some before the newest change."""


def adapt_label_sets(
    serving: LabelSets, outcomes: MaturedOutcomes, probabilities: Floats, newest_segment: int, *, same_calibrator: bool
) -> LabelSets:
    """The label sets to serve next with calibrated probabilities [rows] of the outcomes.

    The thresholds of a class are conformal quantiles of its outcomes since the newest change. The level of the quantile
    is the promised one plus `STEP` times the sum over all outcomes of the class of how much the served sets missed it:
    `level` for an outcome outside its set, `level` - 1 for one inside. So a share below the level is made up for,
    whatever the shift. The sum has a lag that no update can avoid: an outcome counts when it is known. It is of the
    sets as they were served, so nothing about the lag has to be assumed, and weighted by recency, so that nothing long
    past is made up for. A class with few outcomes keeps its threshold while probabilities have the same calibrator.
    """
    level = serving.level
    is_learned_from = _latest(outcomes.labels, 1, newest_segment) | _latest(outcomes.labels, 0, newest_segment)
    adapted = LabelSets.fit(
        outcomes.labels[is_learned_from],
        probabilities[is_learned_from],
        level,
        class_levels=(_adapted_level(level, outcomes, 1), _adapted_level(level, outcomes, 0)),
    )
    enough = {label: int((outcomes.labels == label).sum()) >= MIN_CLASS_ROWS for label in CLASSES.values()}
    return LabelSets(
        level=level,
        late_from=serving.late_from if same_calibrator and not enough[1] else adapted.late_from,
        on_time_up_to=serving.on_time_up_to if same_calibrator and not enough[0] else adapted.on_time_up_to,
    )


def check_label_sets(level: float, outcomes: MaturedOutcomes, change: float, policy: RecalibrationPolicy) -> Check:
    """The sets that were served missed their level on the latest outcomes of a class, and others would be served.

    The value is the larger distance of the two classes from the level, in binomial standard errors, which are too small
    where rows depend on each other. `change` is the share of sets that would be others. Sets are never empty, so there
    are models whose sets hold more than promised, whatever the level: then none would change.
    """
    by_class = {name: outcomes.covered[outcomes.labels == label][-CHECKED_ROWS:] for name, label in CLASSES.items()}
    latest = {name: covered for name, covered in by_class.items() if len(covered) >= MIN_CLASS_ROWS}
    distance = max(
        (abs(float(covered.mean()) - level) / sqrt(level * (1 - level) / len(covered)) for covered in latest.values()),
        default=0.0,
    )
    is_missed, is_worthwhile = distance > Z_95, change >= policy.minimum_change
    shares = " and ".join(
        f"{covered.mean():.1%} of the latest {len(covered)} {name} outcomes" for name, covered in latest.items()
    )
    result = f"{'not the' if is_missed else 'within chance of the'} promised {level:.0%}"
    reason = f"; {change:.1%} of the sets would change" if is_missed and not is_worthwhile else ""
    few = f"fewer than {MIN_CLASS_ROWS} outcomes of each class are too few to adapt label sets"
    return Check(
        name="label_sets",
        value=round(distance, 6),
        limit=Z_95,
        direction="above",
        passed=is_missed and is_worthwhile,
        message=f"label sets held {shares}, {result}{reason}" if latest else few,
    )


def _latest(labels: NDArray[np.int8], label: int, newest_segment: int) -> NDArray[np.bool_]:
    """The rows [rows] of the class since the newest change, or its latest `MIN_CLASS_ROWS` if these are more."""
    rows = np.flatnonzero(labels == label)
    since_change = int(np.searchsorted(rows, newest_segment))
    latest = np.zeros(len(labels), dtype=np.bool_)
    latest[rows[max(0, min(since_change, len(rows) - MIN_CLASS_ROWS)) :]] = True
    return latest


def _adapted_level(level: float, outcomes: MaturedOutcomes, label: int) -> float:
    """The level that is aimed at: as far above `level` as 1, or as far below it."""
    covered = outcomes.covered[outcomes.labels == label]
    weights = 0.5 ** (np.arange(len(covered))[::-1] / HALF_LIFE)
    adapted = level + STEP * float((weights * (level - covered)).sum())
    return round(min(max(adapted, 2 * level - 1, 0.0), 1.0), 6)
