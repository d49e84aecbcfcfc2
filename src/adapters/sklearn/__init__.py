"""scikit-learn: training of models, their export to ONNX, calibration and leakage measurements.

Import each adapter from its module: `model_trainer` loads scikit-learn at the first fit only, so that a training that
already exists is recognised without it.
"""

from adapters.shared.optional_dependencies import require_library

for _library in ("sklearn", "skl2onnx"):
    require_library(_library, "train")
