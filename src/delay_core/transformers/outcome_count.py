"""How many outcomes of a key were known before the day of the prediction."""

from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from delay_core.transformers.base import Columns
from delay_core.transformers.outcome_history import OutcomeHistory
from delay_core.transformers.target_encoding import OutcomeFeature


class OutcomeCount(OutcomeFeature):
    """How much experience there is with shipments that share a key, as ln(1 + outcomes): 0 for a new key.

    A late rate of few outcomes is close to that of all shipments, so it cannot tell an unknown key from an average one.
    """

    kind: Literal["outcome_count"] = "outcome_count"

    @classmethod
    def fit(cls, name: str, keys: tuple[str, ...], prediction_point: str, train: Columns) -> Self:
        """Count the known outcomes of the training rows by the values of the columns `keys`."""
        return cls(name=name, keys=keys, prediction_point=prediction_point, history=OutcomeHistory.of_rows(keys, train))

    @property
    def source(self) -> str:
        return self.name

    @staticmethod
    def compute(rows: NDArray[np.float64], late: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ARG004 - counts all
        logarithms: NDArray[np.float64] = np.log1p(rows[0])
        return logarithms
