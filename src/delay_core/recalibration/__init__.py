"""Recalibration: probabilities and label sets of a model that serves follow the outcomes that become known."""

from delay_core.recalibration.calibrator_choice import ServingCalibrator
from delay_core.recalibration.matured_outcomes import MaturedOutcomes
from delay_core.recalibration.policy import RecalibrationPolicy
from delay_core.recalibration.recalibrate import OutcomeSpan, Recalibration, recalibrate

__all__ = ["MaturedOutcomes", "OutcomeSpan", "Recalibration", "RecalibrationPolicy", "ServingCalibrator", "recalibrate"]
