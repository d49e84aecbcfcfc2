"""Explanations computed from the graph of model.onnx, the same bytes that are served."""

from adapters.shared.optional_dependencies import require_extra
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Explainer


class ModelExplainer(port.ModelExplainer):
    """Shapley values in numpy: exact along the paths of trees, relative to the training means for linear models."""

    def load(self, model: bytes, n_features: int) -> Explainer:
        with require_extra("serve"):
            # Importing onnx costs 14 MiB and 0.13 s; a worker that gets no request for reasons saves both.
            from adapters.onnx.graph_reader import read_explainer  # noqa: PLC0415
        return read_explainer(model, n_features)
