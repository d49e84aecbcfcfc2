"""Calibration: monotone functions from a model's own probabilities to calibrated ones, applied with numpy alone."""

from delay_core.calibration.calibrators import (
    METHODS,
    BetaCalibration,
    Calibrator,
    IdentityCalibrator,
    IsotonicCalibration,
    Method,
    PlattScaling,
    calibrator_from_json,
    calibrator_to_json,
)

__all__ = [
    "METHODS",
    "BetaCalibration",
    "Calibrator",
    "IdentityCalibrator",
    "IsotonicCalibration",
    "Method",
    "PlattScaling",
    "calibrator_from_json",
    "calibrator_to_json",
]
