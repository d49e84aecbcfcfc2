"""Explanations of test rows: the importance of each column, and how its values move the probability."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.calibration import Calibrator
from delay_core.explanation import PointAttributions, dependence_axes, explain, importances
from delay_core.features import FeatureEncoder
from delay_core.ports.explainer import Explainer
from delay_core.reports import Importance
from delay_core.schema import ShipmentSchema

MAX_EXPLAINED_ROWS = 500


def evenly_spaced_rows(rows: int) -> NDArray[np.int64]:
    """Indices of at most `MAX_EXPLAINED_ROWS` out of this many rows."""
    return np.unique(np.linspace(0, rows - 1, min(rows, MAX_EXPLAINED_ROWS)).astype(np.int64))


@dataclass(frozen=True)
class HoldoutExplanations:
    """Explained rows. `table` holds their canonical columns, `features` [rows, features] the encoded ones."""

    schema: ShipmentSchema
    encoder: FeatureEncoder
    table: pd.DataFrame
    features: NDArray[np.float32]
    explained: PointAttributions

    @classmethod
    def compute(
        cls,
        schema: ShipmentSchema,
        encoder: FeatureEncoder,
        calibrator: Calibrator,
        explainer: Explainer,
        table: pd.DataFrame,
        probabilities: NDArray[np.float64],
    ) -> "HoldoutExplanations":
        """Explain the calibrated probabilities [rows] of accepted shipments."""
        features = encoder.encode_table(table)
        contributions = explainer.contributions(features)
        explained = explain(contributions, encoder.sources, calibrator.apply, probabilities)
        return cls(schema, encoder, table, features, explained)

    @property
    def importances(self) -> tuple[Importance, ...]:
        """The importance of every column and derived feature, the largest first."""
        return importances(self.explained)

    def axes(self, source: str) -> Mapping[str, NDArray[Any]]:
        """What a dependence plot of this column or derived feature is drawn over: arrays [rows] by axis label."""
        return dependence_axes(source, self.schema, self.encoder, self.table, self.features)

    def points(self, source: str) -> NDArray[np.float64]:
        """By how many points this column or derived feature moved each prediction [rows]."""
        return self.explained.points[:, self.explained.sources.index(source)]
