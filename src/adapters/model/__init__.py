"""Training with scikit-learn, serving with ONNX Runtime.

Names are loaded when asked for: a serving image has ONNX Runtime alone, without scikit-learn.
"""

from typing import TYPE_CHECKING

from adapters.extras import extra, require
from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from adapters.model.calibration_fitter import CalibrationFitter
    from adapters.model.explainer import ModelExplainer
    from adapters.model.leakage_probe import LeakageProbe
    from adapters.model.runtime import ModelRuntime
    from adapters.model.trainer import ModelTrainer

__all__ = ["CalibrationFitter", "LeakageProbe", "ModelExplainer", "ModelRuntime", "ModelTrainer"]

_load, __dir__ = lazy_exports(
    __name__,
    {
        "CalibrationFitter": "calibration_fitter",
        "LeakageProbe": "leakage_probe",
        "ModelExplainer": "explainer",
        "ModelRuntime": "runtime",
        "ModelTrainer": "trainer",
    },
)
_SERVING = ("ModelExplainer", "ModelRuntime")


def __getattr__(name: str) -> object:
    if name == "ModelTrainer":
        require("sklearn", "train")  # it imports scikit-learn when it fits
    with extra("serve" if name in _SERVING else "train"):
        return _load(name)
