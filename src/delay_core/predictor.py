"""Raw shipments in, answers out: the one path that files, the API and MLflow share."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.answers import Answers, Prediction
from delay_core.bundle import Bundle
from delay_core.decision import decide
from delay_core.errors import BundleError
from delay_core.explanation import Reason, explain, reasons
from delay_core.ports.explainer import Explainer, ModelExplainer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.request_parsing import ParsedBatch, ParsedShipments, Request, RequestParser
from delay_core.schema import Costs
from delay_core.scoring import served_probabilities


class Predictor:
    """Predicts with a verified bundle. Raises BundleError when its model cannot be loaded.

    Without a `ModelExplainer` it gives no reasons. With one the model is read for them when they are first asked for.
    """

    def __init__(self, bundle: Bundle, runtime: ModelRuntime, explainer: ModelExplainer | None = None) -> None:
        self.bundle = bundle
        self._parser = RequestParser(bundle.schema)
        self._scorer = runtime.load(bundle.files["model.onnx"], len(bundle.encoder.names))
        self._explainers = explainer

    def probabilities(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [rows] for raw shipments. Raises ShipmentValidationError with all violations."""
        return self._score(self.bundle.encoder.encode_table(self._parser.parse_table(table)))

    def predict(
        self, shipments: Sequence[Mapping[str, object]], *, costs: Costs | None = None, explained: bool = False
    ) -> list[Prediction]:
        """A prediction for each raw shipment. Raises ShipmentValidationError with all violations.

        Mistakes cost what the schema says, unless `costs` say otherwise. Raises BundleError where reasons are asked
        for and this predictor has no explainer.
        """
        read = self._parser.parse(shipments)
        return list(self.answers(read, costs=costs, explained=explained).predictions(self.notes(read)))

    def read(self, requests: Sequence[Request], *, fast_only: bool = False) -> ParsedBatch:
        """The shipments of many requests at once; the violations of one do not affect the others.

        With `fast_only`, requests that need the validator get the result None.
        """
        return self._parser.parse_batch(requests, fast_only=fast_only)

    def answers(self, read: ParsedShipments, *, costs: Costs | None = None, explained: bool = False) -> Answers:
        """Answers for shipments [rows] that were read; otherwise as `predict`."""
        features = self.bundle.encoder.encode(read.columns)
        return self._answers(features, costs, read.table() if explained else None)

    def answer(self, accepted: pd.DataFrame, *, costs: Costs | None = None, explained: bool = False) -> Answers:
        """Answers for a canonical table [rows] that validation accepted; otherwise as `predict`."""
        return self._answers(self.bundle.encoder.encode_table(accepted), costs, accepted if explained else None)

    def notes(self, read: ParsedShipments) -> tuple[tuple[str, ...], ...]:
        """What the sender of each shipment should know: what was not read, and what was never seen."""
        notes = list(read.notes)
        for feature in self.bundle.encoder.categorical:
            for row in np.flatnonzero(feature.unseen(read.columns[feature.column])):
                said = f"{feature.column}: value not seen in training; the unseen bucket answers for it"
                notes[row] = (*notes[row], said)
        return tuple(notes)

    def _answers(self, features: NDArray[np.float32], costs: Costs | None, explained: pd.DataFrame | None) -> Answers:
        probabilities = self._score(features)
        return Answers(
            probabilities,
            self.bundle.label_sets.sets(probabilities),
            decide(probabilities, costs or self.bundle.schema.costs),
            None if explained is None else self._reasons(explained, features, probabilities),
        )

    def _score(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        return served_probabilities(self.bundle, self._scorer, features)

    @cached_property
    def _explainer(self) -> Explainer:
        if self._explainers is None:
            raise BundleError("this predictor was made without an explainer: it gives no reasons")
        return self._explainers.load(self.bundle.files["model.onnx"], len(self.bundle.encoder.names))

    def _reasons(
        self, accepted: pd.DataFrame, features: NDArray[np.float32], probabilities: NDArray[np.float64]
    ) -> tuple[tuple[Reason, ...], ...]:
        encoder = self.bundle.encoder
        contributions = self._explainer.contributions(features)
        points = explain(contributions, encoder.sources, self.bundle.calibrator.apply, probabilities)
        return tuple(reasons(points, self.bundle.schema, encoder, accepted, features))
