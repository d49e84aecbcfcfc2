"""Learning with scikit-learn, serving with ONNX Runtime, and the figures that judge both.

Names are loaded when asked for: a serving image has ONNX Runtime alone, without scikit-learn.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.model.leakage_probe import LeakageProbe
    from adapters.model.metrics import ScoringMetrics
    from adapters.model.runtime import ModelRuntime
    from adapters.model.trainer import ModelTrainer

__all__ = ["LeakageProbe", "ModelRuntime", "ModelTrainer", "ScoringMetrics"]

_HOMES = {
    "LeakageProbe": ("leakage_probe", "train"),
    "ModelRuntime": ("runtime", "serve"),
    "ModelTrainer": ("trainer", "train"),
    "ScoringMetrics": ("metrics", "train"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, extra = _HOMES[name]
    try:
        return getattr(import_module(f"{__name__}.{module}"), name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{name} needs {error.name}: pip install 'delay-core[{extra}]'", name=error.name
        ) from error
