"""Learning with scikit-learn, serving with ONNX Runtime, and the figures that judge both.

Names are loaded when asked for: a serving image has ONNX Runtime alone, without scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from adapters.extras import extra

if TYPE_CHECKING:
    from adapters.model.calibration_fitter import CalibrationFitter
    from adapters.model.explainer import ModelExplainer
    from adapters.model.leakage_probe import LeakageProbe
    from adapters.model.metrics import ScoringMetrics
    from adapters.model.runtime import ModelRuntime
    from adapters.model.trainer import ModelTrainer

__all__ = ["CalibrationFitter", "LeakageProbe", "ModelExplainer", "ModelRuntime", "ModelTrainer", "ScoringMetrics"]

_HOMES = {
    "CalibrationFitter": ("calibration_fitter", "train"),
    "LeakageProbe": ("leakage_probe", "train"),
    "ModelExplainer": ("explainer", "serve"),
    "ModelRuntime": ("runtime", "serve"),
    "ModelTrainer": ("trainer", "train"),
    "ScoringMetrics": ("metrics", "train"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, of_extra = _HOMES[name]
    with extra(of_extra):
        return getattr(import_module(f"{__name__}.{module}"), name)
