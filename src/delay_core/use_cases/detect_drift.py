"""Detect drift: compare a window of served rows with the reference sample of the model's bundle."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from delay_core.monitoring.drift import (
    PREDICTION,
    ColumnDistance,
    DriftPolicy,
    ReferenceColumns,
    ReferenceWeekdays,
    WindowSample,
    find_problems,
    judge_drift,
    not_enough_data,
)
from delay_core.monitoring.drift_result import ColumnStatus, DriftResult
from delay_core.ports.drift_detector import DriftDetector, FittedReference
from delay_core.reference_sample import ReferenceSample

MIN_REFERENCE_ROWS = 100
SEASONAL_P_VALUE = 0.2
"""At most this, for all weekdays together, makes a column seasonal: in doubt it is one."""


class DetectDrift:
    """Compares windows with one reference. `timezone` is the schema's: it decides on which weekday a moment is."""

    def __init__(self, detector: DriftDetector, reference: ReferenceSample, timezone: str, policy: DriftPolicy) -> None:
        self._detector = detector
        self._reference = reference
        self._reference_columns = ReferenceColumns(reference.columns)
        self._columns = {**reference.columns, PREDICTION: reference.probabilities}
        self._weekdays = ReferenceWeekdays.of(reference.prediction_points, len(reference), timezone)
        self._policy = policy

    def __call__(self, window: WindowSample) -> DriftResult:
        """The drift of every column and of the prediction; without a score if there is not enough data."""
        reference, policy = self._reference, self._policy
        groups = len(window) if window.groups is None else len(np.unique(window.groups))
        enough = len(window) >= policy.minimum_rows and groups >= policy.minimum_groups
        if not enough or len(reference) < MIN_REFERENCE_ROWS:
            return not_enough_data(reference.columns, len(window))
        problems = find_problems(self._reference_columns, window.columns)
        return judge_drift(self._reference_columns, window, problems, self._measure(window, problems), policy)

    def _measure(self, window: WindowSample, problems: Mapping[str, ColumnStatus]) -> list[ColumnDistance]:
        """Seasonal columns are compared with the same weekdays, all others with the whole reference."""
        columns = {name: window.columns[name] for name in self._reference.columns if name not in problems}
        columns[PREDICTION] = window.probabilities
        seasonal = {name: values for name, values in columns.items() if name in self.seasonal}
        others = {name: values for name, values in columns.items() if name not in self.seasonal}
        weightings = (
            (seasonal, self._weekdays.weights(window.prediction_points)),
            (others, self._weekdays.equal_weights),
        )
        return [
            distance
            for compared, weights in weightings
            if compared
            for distance in self._fitted.compare(compared, window.groups, weights)
        ]

    @cached_property
    def _fitted(self) -> FittedReference:
        return self._detector.fit(self._columns, self._reference.groups)

    @cached_property
    def seasonal(self) -> frozenset[str]:
        """The columns that are not the same on all weekdays of the reference."""
        groups = self._reference.groups
        smallest = dict.fromkeys(self._columns, 1.0)
        masks = list(self._weekdays.masks())
        for mask in masks:
            rows = {name: values[mask] for name, values in self._columns.items()}
            of_mask = None if groups is None else groups[mask]
            for distance in self._fitted.compare(rows, of_mask, self._weekdays.equal_weights):
                p_value = min(distance.missing_p_value, 1.0 if distance.p_value is None else distance.p_value)
                smallest[distance.column] = min(smallest[distance.column], p_value)
        return frozenset(name for name, p_value in smallest.items() if p_value * len(masks) <= SEASONAL_P_VALUE)
