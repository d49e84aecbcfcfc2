"""What the worklist needs of the serving model: costs, label sets, and how a shipment says when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from delay_core.conformal import LabelSets
from delay_core.ports.worklist import OpenShipment, PromisedField
from delay_core.schema import ShipmentSchema


@dataclass(frozen=True, slots=True)
class WorklistModel:
    """Without a loaded model, `version` and `label_sets` are None."""

    name: str
    schema: ShipmentSchema
    version: int | None = None
    label_sets: LabelSets | None = None

    @property
    def promised(self) -> PromisedField | None:
        """The field with the promised time; None if the schema has none."""
        column = self.schema.label.promised
        return None if column is None else PromisedField(column, self._read_promised)

    def label_sets_of(self, shipments: Sequence[OpenShipment]) -> list[str | None]:
        """The label set of each shipment by the serving version; None for predictions of other versions."""
        if self.label_sets is None:
            return [None] * len(shipments)
        names = self.label_sets.sets(np.array([one.probability for one in shipments], dtype=np.float64))
        return [name if one.model_version == self.version else None for one, name in zip(shipments, names, strict=True)]

    def _read_promised(self, texts: Sequence[str]) -> list[datetime | None]:
        if not texts:
            return []
        role = self.schema.role(str(self.schema.label.promised))
        values, absent = np.array(texts, dtype=object), np.zeros(len(texts), dtype=bool)
        times = role.check_values(values, absent).canonical.astype("datetime64[us]").tolist()
        # A year that datetime does not have is an integer here.
        return [time.replace(tzinfo=UTC) if isinstance(time, datetime) else None for time in times]
