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

__all__ = [
    "METHODS",
    "BetaCalibration",
    "Calibrator",
    "IdentityCalibrator",
    "IsotonicCalibration",
    "Method",
    "PlattScaling",
    "RecalibratedCalibrator",
    "TrainedCalibrator",
    "calibrator_from_json",
    "calibrator_to_json",
    "trained_calibrator",
]
