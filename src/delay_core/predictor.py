"""Raw shipments in, predictions out: the one path that files, the API and MLflow share."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.decision import decide
from delay_core.errors import BundleError
from delay_core.explanation import Reason, explain, reasons
from delay_core.features import Columns
from delay_core.ports.explainer import Explainer, ModelExplainer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.prediction import Prediction, PredictionBatch
from delay_core.request_parsing import ParsedBatch, ParsedShipments, Request, RequestParser
from delay_core.schema import Costs

UNSEEN_NOTE = "{column}: value not seen in training; the unseen bucket answers for it"


class Predictor:
    """Predicts with a verified bundle. Raises BundleError if its model cannot be loaded.

    Without a `ModelExplainer` it gives no reasons. With one, the model is read for explanations when the first reasons
    are requested.
    """

    def __init__(self, bundle: Bundle, runtime: ModelRuntime, explainer: ModelExplainer | None = None) -> None:
        self.bundle = bundle
        self._parser = RequestParser(bundle.schema)
        self._scorer = runtime.load(bundle.files["model.onnx"], len(bundle.encoder.names))
        self._model_explainer = explainer

    def probabilities(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [rows] for raw shipments. Raises ShipmentValidationError with all violations."""
        features = self.bundle.encoder.encode_table(self._parser.parse_table(table))
        return self.bundle.calibrated_probabilities(self._scorer.late_probability, features)

    def predict(
        self, shipments: Sequence[Mapping[str, object]], *, costs: Costs | None = None, explained: bool = False
    ) -> list[Prediction]:
        """A prediction for each raw shipment, with reasons if `explained`.

        `costs` replace those of the schema. Raises ShipmentValidationError with all violations, and BundleError if
        reasons are requested from a predictor without an explainer.
        """
        parsed = self._parser.parse(shipments)
        batch = self.predict_parsed(parsed, costs=costs, explained=explained)
        return list(batch.predictions(self.notes(parsed)))

    def parse(self, requests: Sequence[Request], *, fast_only: bool = False) -> ParsedBatch:
        """The shipments of many requests at once; the violations of one do not affect the others.

        With `fast_only`, requests that need the validator get the result None.
        """
        return self._parser.parse_batch(requests, fast_only=fast_only)

    def predict_parsed(
        self, shipments: ParsedShipments, *, costs: Costs | None = None, explained: bool = False
    ) -> PredictionBatch:
        """Predictions for parsed shipments [rows]; otherwise as `predict`."""
        features = self.bundle.encoder.encode(shipments.columns)
        return self._predict_features(features, costs, shipments.table() if explained else None)

    def predict_columns(self, columns: Columns, *, costs: Costs | None = None) -> PredictionBatch:
        """Predictions for canonical arrays [rows] that validation accepted, without reasons."""
        return self._predict_features(self.bundle.encoder.encode(columns), costs, None)

    def predict_table(
        self, accepted: pd.DataFrame, *, costs: Costs | None = None, explained: bool = False
    ) -> PredictionBatch:
        """Predictions for a canonical table [rows] that validation accepted; otherwise as `predict`."""
        features = self.bundle.encoder.encode_table(accepted)
        return self._predict_features(features, costs, accepted if explained else None)

    def notes(self, shipments: ParsedShipments) -> tuple[tuple[str, ...], ...]:
        """What the sender of each shipment should know: columns that were not read, and values that are unseen."""
        notes = list(shipments.notes)
        for column, is_unseen in self.unseen_categories(shipments.columns).items():
            for row in np.flatnonzero(is_unseen):
                notes[row] = (*notes[row], UNSEEN_NOTE.format(column=column))
        return tuple(notes)

    def unseen_categories(self, columns: Columns) -> dict[str, NDArray[np.bool_]]:
        """Which rows [rows] have a category that is on no training row, by column; only columns with such rows."""
        features = self.bundle.encoder.categorical
        is_unseen = {feature.column: feature.unseen(columns[feature.column]) for feature in features}
        return {column: rows for column, rows in is_unseen.items() if rows.any()}

    def _predict_features(
        self, features: NDArray[np.float32], costs: Costs | None, explained_table: pd.DataFrame | None
    ) -> PredictionBatch:
        probabilities = self.bundle.calibrated_probabilities(self._scorer.late_probability, features)
        return PredictionBatch(
            probabilities,
            self.bundle.label_sets.sets(probabilities),
            decide(probabilities, costs or self.bundle.schema.costs),
            None if explained_table is None else self._reasons(explained_table, features, probabilities),
        )

    @cached_property
    def _explainer(self) -> Explainer:
        if self._model_explainer is None:
            raise BundleError("this predictor was created without an explainer, so it gives no reasons")
        return self._model_explainer.load(self.bundle.files["model.onnx"], len(self.bundle.encoder.names))

    def _reasons(
        self, accepted: pd.DataFrame, features: NDArray[np.float32], probabilities: NDArray[np.float64]
    ) -> tuple[tuple[Reason, ...], ...]:
        encoder = self.bundle.encoder
        contributions = self._explainer.contributions(features)
        attributions = explain(contributions, encoder.sources, self.bundle.calibrator.apply, probabilities)
        return tuple(reasons(attributions, self.bundle.schema, encoder, accepted, features))
