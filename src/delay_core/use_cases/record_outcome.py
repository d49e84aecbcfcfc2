"""Record outcomes: what became of shipments, told by prediction or by shipment; late news and corrections too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from delay_core.errors import InvalidShipment
from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader


class NoSuchPrediction(InvalidShipment):
    """Predictions that are not on record, or not the caller's."""


@dataclass(frozen=True, slots=True)
class ToldOutcome:
    """What somebody tells: of a prediction, or of a shipment. `known_at` is UTC."""

    late: bool
    known_at: datetime
    prediction_id: UUID | None = None
    shipment_id: str | None = None


@dataclass(frozen=True)
class RecordOutcome:
    """Adds to what was told before: the last record of a shipment holds, and history is kept."""

    predictions: PredictionReader
    outcomes: OutcomeLog

    def __call__(
        self, told: Sequence[ToldOutcome], source: str, now: datetime, may_see: Callable[[LoggedPrediction], bool]
    ) -> list[str]:
        """The shipment of each, once all are durable. All are recorded, or none.

        Raises NoSuchPrediction naming every prediction that there is not, or that the caller may not see; StoreError.
        """
        logged = self.predictions.get_many({one.prediction_id for one in told if one.prediction_id is not None})
        visible = {prediction_id: one.shipment_id for prediction_id, one in logged.items() if may_see(one)}
        shipments = [one.shipment_id if one.prediction_id is None else visible.get(one.prediction_id) for one in told]
        unknown = [
            f"shipment {at}: prediction_id: there is no such prediction of a shipment"
            for at, shipment in enumerate(shipments, 1)
            if shipment is None
        ]
        if unknown:
            raise NoSuchPrediction(unknown)
        found = [shipment for shipment in shipments if shipment is not None]
        self.outcomes.append(
            [
                Outcome(shipment, outcome.late, outcome.known_at, now, source)
                for shipment, outcome in zip(found, told, strict=True)
            ]
        )
        return found
