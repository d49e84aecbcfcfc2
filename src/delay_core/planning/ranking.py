"""Open shipments in the order of the worklist, and what acting on the first ones saves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from delay_core.conformal import LabelSets
from delay_core.planning.savings import SavingInterval, saving_interval, savings_of_acting
from delay_core.ports.worklist import OpenShipment
from delay_core.schema import ShipmentSchema

Times = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class WorklistModel:
    """What the worklist needs of the serving model; without a loaded one, `version` and `label_sets` are None."""

    name: str
    schema: ShipmentSchema
    version: int | None = None
    label_sets: LabelSets | None = None


class Ranking:
    """Shipments [rows] in the order of falling probability, which is that of falling expected saving."""

    def __init__(self, shipments: Sequence[OpenShipment], model: WorklistModel, label_set: str | None = None) -> None:
        """With a `label_set`, only the shipments that the serving version gives this one."""
        sets = _label_sets(shipments, model)
        if label_set is not None:
            shipments = [one for one, name in zip(shipments, sets, strict=True) if name == label_set]
            sets = [label_set] * len(shipments)
        self.shipments = shipments
        self.label_sets = sets
        self._schema = model.schema
        self._probabilities = np.array([one.probability for one in shipments], dtype=np.float64)
        self.savings = savings_of_acting(self._probabilities, model.schema.costs)

    def planned(self, capacity: int) -> int:
        """On how many shipments to act: at most the capacity, and none where waiting pays."""
        return min(capacity, int((self.savings > 0).sum()))

    def saving_by_probability(self, capacity: int) -> SavingInterval:
        """Of acting on the shipments that save most."""
        return saving_interval(self._probabilities[: self.planned(capacity)], self._schema.costs)

    def saving_by_due_date(self, capacity: int) -> SavingInterval:
        """Of acting on the shipments that are due first, whatever their probability."""
        first = np.argsort(self._due_times, kind="stable")[:capacity]  # a missing time is the last one
        return saving_interval(self._probabilities[first], self._schema.costs)

    def due_at(self, row: int) -> datetime | None:
        """The promised time of a shipment, or else its prediction point."""
        time: datetime | None = self._due_times[row].item()
        return None if time is None else time.replace(tzinfo=UTC)

    @cached_property
    def _due_times(self) -> Times:
        points = [None if one.point is None else one.point.replace(tzinfo=None) for one in self.shipments]
        due = np.array(points, dtype="datetime64[us]")
        column = self._schema.label.promised
        promised = np.array([one.promised for one in self.shipments], dtype=object)
        if column is None or not len(promised):
            return due
        absent = np.array([text is None for text in promised], dtype=bool)
        times = self._schema.role(column).check_values(promised, absent).canonical.astype("datetime64[us]")
        return np.where(np.isnat(times), due, times)


def _label_sets(shipments: Sequence[OpenShipment], model: WorklistModel) -> list[str | None]:
    """The label set of each shipment by the serving version; None for predictions of other versions."""
    if model.label_sets is None:
        return [None] * len(shipments)
    names = model.label_sets.sets(np.array([one.probability for one in shipments], dtype=np.float64))
    return [name if one.model_version == model.version else None for one, name in zip(shipments, names, strict=True)]
