"""Detect drift: compare a window of served rows with the reference sample of the model's bundle."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.drift import (
    PREDICTION,
    DriftPolicy,
    WindowSample,
    find_problems,
    judge_drift,
    not_enough_data,
    weekday_weights,
)
from delay_core.monitoring.drift_result import DriftResult
from delay_core.ports.drift_detector import DriftDetector, FittedReference
from delay_core.reference_sample import ReferenceSample

MIN_REFERENCE_ROWS = 100


class DetectDrift:
    """Compares windows with one reference. `timezone` is the schema's: it decides on which weekday a moment is."""

    def __init__(self, detector: DriftDetector, reference: ReferenceSample, timezone: str, policy: DriftPolicy) -> None:
        self._detector = detector
        self._reference = reference
        self._timezone = timezone
        self._policy = policy

    def __call__(self, window: WindowSample) -> DriftResult:
        """The drift of every column and of the prediction; without a score if there is not enough data."""
        reference, policy = self._reference, self._policy
        groups = len(window) if window.groups is None else len(np.unique(window.groups))
        enough = len(window) >= policy.minimum_rows and groups >= policy.minimum_groups
        if not enough or len(reference) < MIN_REFERENCE_ROWS:
            return not_enough_data(reference.columns, len(window))
        weights = self._weights(window)
        problems = find_problems(reference.columns, window.columns)
        compared = {name: window.columns[name] for name in reference.columns if name not in problems}
        columns = compared | {PREDICTION: window.probabilities}
        distances = self._fitted.compare(columns, window.groups, weights)
        return judge_drift(reference, weights, window, problems, distances, policy)

    @cached_property
    def _fitted(self) -> FittedReference:
        columns = {**self._reference.columns, PREDICTION: self._reference.probabilities}
        return self._detector.fit(columns, self._reference.groups)

    def _weights(self, window: WindowSample) -> NDArray[np.float64]:
        of_reference, of_window = self._reference.prediction_points, window.prediction_points
        if of_reference is None or of_window is None:
            return np.full(len(self._reference), 1 / len(self._reference))
        return weekday_weights(of_reference, of_window, self._timezone)
