"""ONNX: ONNX Runtime serves the model of a bundle; its graph is read to explain the model."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.onnx.model_explainer import ModelExplainer
    from adapters.onnx.model_runtime import ModelRuntime

__all__ = ["ModelExplainer", "ModelRuntime"]
