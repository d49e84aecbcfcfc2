"""SciPy: the tests that decide on drift, vectorised over rows and columns."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("monitoring"):
    from adapters.scipy.drift_detector import DriftDetector

__all__ = ["DriftDetector"]
