"""Raw shipments in, probabilities out: the one path that files, the API and MLflow share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.bundle import Bundle
from delay_core.errors import InvalidShipment, SourceError
from delay_core.features import columns_of
from delay_core.ports.model_runtime import ModelRuntime
from delay_core.validation import ShipmentValidator


@dataclass(frozen=True)
class Prediction:
    """A probability of being late, the decision at the schema's costs, and what the reader should know of the input."""

    probability: float
    late: bool
    notes: tuple[str, ...]


class Predictor:
    """Predicts with a verified bundle. Raises BundleError when its model cannot be loaded."""

    def __init__(self, bundle: Bundle, runtime: ModelRuntime) -> None:
        self.bundle = bundle
        self._scorer = runtime.load(bundle.files["model.onnx"], len(bundle.encoder.names))

    def score(self, accepted: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [rows] for a canonical table that validation accepted."""
        return self._scorer.late_probability(self.bundle.encoder.encode_table(accepted))

    def probabilities(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Probabilities [rows] for raw shipments. Raises InvalidShipment naming every broken field."""
        return self.score(self._validated(table))

    def predict(self, shipments: Sequence[Mapping[str, object]]) -> list[Prediction]:
        """A prediction for each raw shipment. Raises InvalidShipment naming every broken field."""
        table = pd.DataFrame([dict(shipment) for shipment in shipments], dtype=object)
        accepted = self._validated(table)
        schema = self.bundle.schema
        given = {schema.aliases[str(name)] for name in table}
        ignored = [f"{name} ignored: {why}" for name, why in schema.refused.items() if name in given]
        ignored += [
            f"{name} ignored: personal data is never read" for name in sorted(given) if schema.columns[name].pii
        ]
        notes: list[list[str]] = [list(ignored) for _ in range(len(table))]
        for feature in self.bundle.encoder.categorical:
            for i in np.flatnonzero(feature.unseen(columns_of(accepted, [feature.column])[feature.column])):
                notes[i].append(f"{feature.column}: value not seen in training; the unseen bucket answers for it")
        scores, above = self.score(accepted), schema.act_above
        return [Prediction(float(p), bool(p >= above), tuple(n)) for p, n in zip(scores, notes, strict=True)]

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
