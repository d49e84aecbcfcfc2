"""Evidently: its tests as a second opinion on drift, and its report for people.

Evidently knows no groups, no weights and no missing values as a test of their own; importing it takes seconds. It sends
nothing to its makers.
"""

import os
import warnings

from adapters.shared.optional_dependencies import require_extra

os.environ.setdefault("DO_NOT_TRACK", "1")
with require_extra("monitoring"), warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what its libraries will change
    from adapters.evidently.drift_detector import DriftDetector
    from adapters.evidently.drift_report_renderer import DriftReportRenderer

__all__ = ["DriftDetector", "DriftReportRenderer"]
