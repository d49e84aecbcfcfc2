"""Calibration: monotone functions from a model's own probabilities to calibrated ones, applied with numpy alone."""

from delay_core.calibration.calibrators import (
    METHODS,
    BetaCalibration,
    Calibrator,
    IdentityCalibrator,
    IsotonicCalibration,
    Method,
    PlattScaling,
    RecalibratedCalibrator,
    TrainedCalibrator,
    calibrator_from_json,
    calibrator_to_json,
    trained_calibrator,
)
from delay_core.calibration.log_odds_map import LogOddsMap

__all__ = [
    "METHODS",
    "BetaCalibration",
    "Calibrator",
    "IdentityCalibrator",
    "IsotonicCalibration",
    "LogOddsMap",
    "Method",
    "PlattScaling",
    "RecalibratedCalibrator",
    "TrainedCalibrator",
    "calibrator_from_json",
    "calibrator_to_json",
    "trained_calibrator",
]
