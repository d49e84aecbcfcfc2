"""What moves the model: the importance of each column, and pictures of how its values count."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.calibration import Calibrator
from delay_core.explanation import Explained, axes_of, explain, importances
from delay_core.features import FeatureEncoder
from delay_core.ports.explainer import Explainer
from delay_core.ports.plots import EvaluationPlots
from delay_core.reports import Importance
from delay_core.schema import ShipmentSchema

MOST_ROWS = 500
"""So many rows are explained, evenly spread over those given."""
PICTURED = 6
"""So many of the most important columns have a picture of their own."""


def spread_rows(rows: int) -> NDArray[np.int64]:
    """The places of at most `MOST_ROWS` of so many rows."""
    return np.unique(np.linspace(0, rows - 1, min(rows, MOST_ROWS)).astype(np.int64))


@dataclass(frozen=True)
class ExplainedRows:
    """Rows with what moved them; `table` holds their canonical columns, `features` [rows, features] what was made."""

    schema: ShipmentSchema
    encoder: FeatureEncoder
    table: pd.DataFrame
    features: NDArray[np.float32]
    explained: Explained

    @classmethod
    def of(
        cls,
        schema: ShipmentSchema,
        encoder: FeatureEncoder,
        calibrator: Calibrator,
        explainer: Explainer,
        table: pd.DataFrame,
        probabilities: NDArray[np.float64],
    ) -> "ExplainedRows":
        """Explain calibrated probabilities [rows] of accepted shipments."""
        features = encoder.encode_table(table)
        found = explain(explainer.contributions(features), encoder.sources, calibrator.apply, probabilities)
        return cls(schema, encoder, table, features, found)

    @property
    def importances(self) -> tuple[Importance, ...]:
        """Of every column and derived feature, the largest first."""
        return importances(self.explained)

    def draw(self, pictures: EvaluationPlots) -> Iterator[tuple[str, bytes]]:
        """File names and PNGs: all importances, and how the values of the most important columns count."""
        ranked = self.importances
        yield "importance.png", pictures.draw_importance(ranked)
        for place, importance in enumerate(ranked[:PICTURED], 1):
            source = importance.source
            values = axes_of(source, self.schema, self.encoder, self.table, self.features)
            points = self.explained.points[:, self.explained.sources.index(source)]
            yield f"dependence-{place}.png", pictures.draw_dependence(source, values, points)
