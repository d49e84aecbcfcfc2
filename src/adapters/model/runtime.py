"""Serving with ONNX Runtime, from bytes alone: nothing is unpickled, nothing on disk is read."""

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from delay_core.errors import BundleError
from delay_core.ports import model_runtime as port

_NOWHERE = "/dev/null/no-such-folder"
"""Where external data would lie: below a file, so it cannot exist, and a model that points to files is refused."""

_FATAL = 4

_Shape = list[int | None]
"""A free size, that of the rows, is None here, and in a graph a name or nothing."""


class Scorer(port.Scorer):
    """A loaded graph. ONNX Runtime releases the GIL while it runs, and keeps no state between calls."""

    def __init__(self, graph: onnxruntime.InferenceSession) -> None:
        self._run = graph.run
        self._input = graph.get_inputs()[0].name
        self._outputs = [graph.get_outputs()[0].name]

    def late_probability(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        if not len(features):
            return np.empty(0)
        late: NDArray[np.float64] = self._run(self._outputs, {self._input: features})[0].astype(np.float64)
        lowest, highest = (late[0], late[0]) if len(late) == 1 else (late.min(), late.max())
        # Written so that NaN fails too. Nothing is clipped: a model that answers 1.2 is broken, and must not serve.
        if not (lowest >= 0 and highest <= 1):
            raise BundleError(f"model.onnx answers from {lowest} to {highest}; a probability is within 0 and 1")
        return late


class ModelRuntime(port.ModelRuntime):
    """One thread per call: callers run in parallel, and a row gets the same bits alone or among a million."""

    def load(self, model: bytes, features: int) -> Scorer:
        # ONNX Runtime's errors share no base class but Exception.
        try:
            graph = onnxruntime.InferenceSession(
                model, _options(), providers=["CPUExecutionProvider"], enable_fallback=False
            )
            inputs, outputs = _described(graph.get_inputs()), _described(graph.get_outputs())
        except Exception as error:
            raise BundleError(f"model.onnx is no ONNX model that can be served: {_first_line(error)}") from error
        _check("input", inputs, [None, features])
        _check("output", outputs, [None])
        return Scorer(graph)


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = _FATAL
    options.add_session_config_entry("session.load_model_format", "ONNX")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", _NOWHERE)
    return options


def _described(ports: list[onnxruntime.NodeArg]) -> list[tuple[str, _Shape]]:
    return [(port.type, [size if isinstance(size, int) else None for size in port.shape]) for port in ports]


def _check(what: str, found: list[tuple[str, _Shape]], shape: _Shape) -> None:
    if found != [("tensor(float)", shape)]:
        stated = " and ".join(f"{kind} of shape {_written(sizes)}" for kind, sizes in found) or "none"
        raise BundleError(f"model.onnx needs one {what}, tensor(float) of shape {_written(shape)}, but has {stated}")


def _written(shape: _Shape) -> str:
    return f"[{', '.join('rows' if size is None else str(size) for size in shape)}]"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:200]
