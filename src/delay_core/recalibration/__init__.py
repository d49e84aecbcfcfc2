"""Recalibration: probabilities and label sets of a model that serves follow the outcomes that become known.

A name loads its module when it is first used: the settings have the limits, and recalibrate nothing.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.recalibration.calibrator_choice import ServingCalibrator
    from delay_core.recalibration.matured_outcomes import MaturedOutcomes
    from delay_core.recalibration.outcome_span import OutcomeSpan
    from delay_core.recalibration.policy import RecalibrationPolicy
    from delay_core.recalibration.recalibration import Recalibration, recalibrate
    from delay_core.recalibration.record import RecalibrationRecord

__all__ = [
    "MaturedOutcomes",
    "OutcomeSpan",
    "Recalibration",
    "RecalibrationPolicy",
    "RecalibrationRecord",
    "ServingCalibrator",
    "recalibrate",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "MaturedOutcomes": "matured_outcomes",
        "OutcomeSpan": "outcome_span",
        "Recalibration": "recalibration",
        "RecalibrationPolicy": "policy",
        "RecalibrationRecord": "record",
        "ServingCalibrator": "calibrator_choice",
        "recalibrate": "recalibration",
    },
)
