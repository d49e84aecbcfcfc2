"""Explaining from the bytes of model.onnx alone, as it is served: nothing is unpickled."""

from adapters.shared.optional_dependencies import require_extra
from delay_core.ports import explainer as port
from delay_core.ports.explainer import Explainer


class ModelExplainer(port.ModelExplainer):
    """Shapley values in numpy: of trees exact along their paths, of linear models against the training means."""

    def load(self, model: bytes, features: int) -> Explainer:
        with require_extra("serve"):
            # Importing onnx costs 14 MiB and 0.13 s: a worker that nobody asks for reasons does not pay them.
            from adapters.model.explained_graph import explainer_of  # noqa: PLC0415
        return explainer_of(model, features)
