"""Raw shipments in, answers out: the one path that files, the API and MLflow share."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.answers import Answers, Prediction
from delay_core.bundle import Bundle
from delay_core.deciding import decide
from delay_core.errors import BundleError, InvalidShipment, SourceError
from delay_core.explanation import Reason, explain, reasons
from delay_core.features import columns_of
from delay_core.ports.explainer import Explainer, ModelExplainer
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.schema import Costs
from delay_core.scoring import served_probabilities
from delay_core.validation import ShipmentValidator


class Predictor:
    """Predicts with a verified bundle. Raises BundleError when its model cannot be loaded.

    Without a `ModelExplainer` it gives no reasons. With one the model is read for them when they are first asked for.
    """

    def __init__(self, bundle: Bundle, runtime: ModelRuntime, explainer: ModelExplainer | None = None) -> None:
        self.bundle = bundle
        self._scorer = runtime.load(bundle.files["model.onnx"], len(bundle.encoder.names))
        self._explainers = explainer

    def probabilities(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [rows] for raw shipments. Raises InvalidShipment naming every broken field."""
        return self._score(self.bundle.encoder.encode_table(self._validated(table)))

    def predict(
        self, shipments: Sequence[Mapping[str, object]], *, costs: Costs | None = None, explained: bool = False
    ) -> list[Prediction]:
        """A prediction for each raw shipment. Raises InvalidShipment naming every broken field.

        Mistakes cost what the schema says, unless `costs` say otherwise. Raises BundleError where reasons are asked
        for and this predictor has no explainer.
        """
        table = pd.DataFrame([dict(shipment) for shipment in shipments], dtype=object)
        accepted = self._validated(table)
        return list(self.answer(accepted, costs=costs, explained=explained).predictions(self._notes(table, accepted)))

    def answer(self, accepted: pd.DataFrame, *, costs: Costs | None = None, explained: bool = False) -> Answers:
        """Answers for a canonical table [rows] that validation accepted; otherwise as `predict`."""
        features = self.bundle.encoder.encode_table(accepted)
        probabilities = self._score(features)
        return Answers(
            probabilities,
            self.bundle.label_sets.sets(probabilities),
            decide(probabilities, costs or self.bundle.schema.costs),
            self._reasons(accepted, features, probabilities) if explained else None,
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

    def _notes(self, given: pd.DataFrame, accepted: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
        """What the sender of each raw shipment should know: what was not read, and what was never seen."""
        schema = self.bundle.schema
        columns = {schema.aliases[str(name)] for name in given}
        ignored = [f"{name} ignored: {why}" for name, why in schema.refused.items() if name in columns]
        ignored += [
            f"{name} ignored: personal data is never read" for name in sorted(columns) if schema.columns[name].pii
        ]
        notes: list[list[str]] = [list(ignored) for _ in range(len(given))]
        for feature in self.bundle.encoder.categorical:
            for i in np.flatnonzero(feature.unseen(columns_of(accepted, [feature.column])[feature.column])):
                notes[i].append(f"{feature.column}: value not seen in training; the unseen bucket answers for it")
        return tuple(map(tuple, notes))

    def _validated(self, table: pd.DataFrame) -> pd.DataFrame:
        if table.empty:
            raise InvalidShipment(["no shipment given; at least one is needed"])
        schema = self.bundle.schema
        foreign = [str(name) for name in table if name not in schema.aliases]
        if foreign:
            allowed = ", ".join(schema.columns)
            raise InvalidShipment([f"unknown field {name!r}; the schema has {allowed}" for name in foreign])
        try:
            validated = ShipmentValidator(schema, request=True).sort_out(table)
        except SourceError as error:
            raise InvalidShipment([str(error)]) from error
        if validated.counts.quarantined:
            pairs = zip(validated.quarantined["source_row"], validated.quarantined["reasons"], strict=True)
            raise InvalidShipment([f"shipment {row}: {reasons}" for row, reasons in pairs])
        if validated.counts.excluded:
            raise InvalidShipment(["the schema's own rule (exclude_where) excludes a shipment among these"])
        return validated.accepted
