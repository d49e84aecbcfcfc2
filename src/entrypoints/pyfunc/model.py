"""MLflow "model from code": raw shipments in, probabilities of being late out. MLflow copies and runs this file."""

from collections.abc import Mapping, Sequence
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from numpy.typing import NDArray

from delay_core import Predictor


class DelayModel(PythonModel):
    """The bundle in the artifact `bundle`, verified, behind MLflow's interface."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read and verify the bundle. Raises BundleError."""
        # MLflow runs this file at registration too, where nothing is predicted and ONNX Runtime may be absent.
        from adapters.files import read_bundle  # noqa: PLC0415 - see above
        from adapters.onnx import ModelRuntime  # noqa: PLC0415 - see above

        self._predictor = Predictor(read_bundle(context.artifacts["bundle"]), ModelRuntime())

    def predict(
        self,
        context: PythonModelContext,  # noqa: ARG002 - MLflow's interface
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002 - MLflow's interface
    ) -> NDArray[np.float64]:
        """Probabilities [rows] for a table of raw shipments in the schema's own column names, or a list of mappings.

        Raises ShipmentValidationError with all violations.
        """
        return self._predictor.probabilities(_table(model_input))


def _table(shipments: pd.DataFrame | Sequence[Mapping[str, object]]) -> pd.DataFrame:
    if isinstance(shipments, pd.DataFrame):
        return shipments
    return pd.DataFrame([dict(shipment) for shipment in shipments], dtype=object)


mlflow.models.set_model(DelayModel())
