"""Calibration: monotone maps from a model's own probabilities to calibrated ones, applied by numpy alone."""

from delay_core.calibration.maps import METHODS, Beta, CalibrationMap, Isotonic, Method, Platt, Unchanged
from delay_core.calibration.stored import Calibrator, calibrator_from_json, calibrator_to_json

__all__ = [
    "METHODS",
    "Beta",
    "CalibrationMap",
    "Calibrator",
    "Isotonic",
    "Method",
    "Platt",
    "Unchanged",
    "calibrator_from_json",
    "calibrator_to_json",
]
