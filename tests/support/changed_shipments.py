"""A predictor of smart_logistics whose probability depends on the waiting time, for what-if tests."""

from delay_core import Bundle, Predictor
from delay_core.digest import canonical_json
from fakes import explainer, model_runtime
from support.bundles import tiny_bundle

_FEATURES = tiny_bundle("x").schema.features
SHIPMENT = {
    "Timestamp": "2024-03-20 00:11:14",
    "Traffic_Status": "Heavy",
    **{name: 40 for name, column in _FEATURES.items() if column.role == "numeric"},
}


def waiting_time_predictor() -> Predictor:
    """The predictor; it explains its probabilities."""
    tiny = tiny_bundle("x")
    weights = [0.03 if name == "Waiting_Time" else -0.001 for name in tiny.encoder.names]
    files = {name: content for name, content in tiny.files.items() if name != "manifest.json"}
    bundle = Bundle.pack({**files, "model.onnx": canonical_json({"weights": weights, "bias": -1.0})})
    return Predictor(bundle, model_runtime.ModelRuntime(), explainer.ModelExplainer())
