"""Learning with scikit-learn, serving with ONNX Runtime, and the figures that judge both.

Names are loaded when asked for: a serving image has ONNX Runtime alone, without scikit-learn.
"""

from typing import TYPE_CHECKING

from adapters.shared.optional_dependencies import require_extra, require_library
from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from adapters.model.calibration_fitter import CalibrationFitter
    from adapters.model.explainer import ModelExplainer
    from adapters.model.leakage_probe import LeakageProbe
    from adapters.model.metrics import ScoringMetrics
    from adapters.model.runtime import ModelRuntime
    from adapters.model.trainer import ModelTrainer

__all__ = ["CalibrationFitter", "LeakageProbe", "ModelExplainer", "ModelRuntime", "ModelTrainer", "ScoringMetrics"]

_load, __dir__ = lazy_exports(
    __name__,
    {
        "CalibrationFitter": "calibration_fitter",
        "LeakageProbe": "leakage_probe",
        "ModelExplainer": "explainer",
        "ModelRuntime": "runtime",
        "ModelTrainer": "trainer",
        "ScoringMetrics": "metrics",
    },
)
_SERVING = ("ModelExplainer", "ModelRuntime")


def __getattr__(name: str) -> object:
    if name == "ModelTrainer":
        require_library("sklearn", "train")  # it imports scikit-learn when it fits
    with require_extra("serve" if name in _SERVING else "train"):
        return _load(name)
