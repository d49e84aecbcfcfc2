"""Serving with ONNX Runtime, from bytes alone: no pickle is loaded, no file is read."""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from delay_core.errors import BundleError
from delay_core.ports import model_runtime as port

_NO_EXTERNAL_DATA_DIR = "/dev/null/no-such-folder"
"""Directory of external data: it is below a file, so it cannot exist, and a model that refers to files is refused."""

_LOG_FATAL = 4

_Shape = list[int | None]
"""None is the size of the rows, which is free; in a graph it is a name or missing."""


class Scorer(port.Scorer):
    """A loaded graph. ONNX Runtime releases the GIL while it runs, and keeps no state between calls."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._run = session.run
        self._input = session.get_inputs()[0].name
        self._outputs = [session.get_outputs()[0].name]

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        if not len(features):
            return np.empty(0)
        late: NDArray[np.float64] = self._run(self._outputs, {self._input: features})[0].astype(np.float64)
        lowest, highest = (late[0], late[0]) if len(late) == 1 else (late.min(), late.max())
        # NaN fails this condition too. Nothing is clipped: a model that answers 1.2 is broken and must not serve.
        if not (lowest >= 0 and highest <= 1):
            raise BundleError(f"model.onnx answers from {lowest} to {highest}; a probability is within 0 and 1")
        return late


class ModelRuntime(port.ModelRuntime):
    """One thread per call: callers run in parallel, and a row gets the same bits alone and in any batch."""

    def load(self, model: bytes, n_features: int) -> Scorer:
        # The errors of ONNX Runtime share no base class but Exception.
        try:
            session = onnxruntime.InferenceSession(
                model, _session_options(), providers=["CPUExecutionProvider"], enable_fallback=False
            )
            inputs, outputs = _signature(session.get_inputs()), _signature(session.get_outputs())
        except Exception as error:
            raise BundleError(f"model.onnx is not an ONNX model that can be served: {_first_line(error)}") from error
        _check("input", inputs, [None, n_features])
        _check("output", outputs, [None])
        return Scorer(session)


def _session_options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = _LOG_FATAL
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NO_EXTERNAL_DATA_DIR)
    return options


def _signature(arguments: list[onnxruntime.NodeArg]) -> list[tuple[str, _Shape]]:
    """Type and shape of each input or output."""
    return [
        (argument.type, [size if isinstance(size, int) else None for size in argument.shape]) for argument in arguments
    ]


def _check(direction: str, signature: list[tuple[str, _Shape]], shape: _Shape) -> None:
    if signature != [("tensor(float)", shape)]:
        actual = " and ".join(f"{kind} of shape {_format_shape(sizes)}" for kind, sizes in signature) or "none"
        raise BundleError(
            f"model.onnx needs one {direction}, tensor(float) of shape {_format_shape(shape)}, but has {actual}"
        )


def _format_shape(shape: _Shape) -> str:
    return f"[{', '.join('rows' if size is None else str(size) for size in shape)}]"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
