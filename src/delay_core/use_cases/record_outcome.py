"""Record outcomes of shipments, reported by prediction or by shipment; late reports and corrections too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from delay_core.errors import UnknownPrediction
from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.ports.prediction_log import LoggedPrediction
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.violations import Violation, ViolationCode

MAX_CLOCK_SKEW = timedelta(minutes=5)
"""How far the clock of those who report an outcome may be fast."""


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """An outcome as a client reports it: of a prediction, or of a shipment. `known_at` is UTC."""

    late: bool
    known_at: datetime
    prediction_id: UUID | None = None
    shipment_id: str | None = None


@dataclass(frozen=True)
class RecordOutcome:
    """Adds outcomes to the log: the last record of a shipment counts, and earlier ones are kept."""

    predictions: PredictionReader
    outcomes: OutcomeLog

    def __call__(
        self,
        reports: Sequence[OutcomeReport],
        source: str,
        now: datetime,
        may_see: Callable[[LoggedPrediction], bool],
    ) -> list[str]:
        """The shipment of each report, once all are durable. All are recorded, or none.

        A report that repeats the last record of its shipment, from the same source, adds no record: a request may be
        sent again.

        Raises UnknownPrediction naming every prediction that does not exist or that the caller may not see;
        StoreError.
        """
        shipments = self._find_shipments(reports, may_see)
        unknown = [
            Violation("prediction_id", ViolationCode.UNKNOWN_PREDICTION, row=row)
            for row, shipment in enumerate(shipments, 1)
            if shipment is None
        ]
        if unknown:
            raise UnknownPrediction(unknown)
        known = [shipment for shipment in shipments if shipment is not None]
        outcomes = (
            Outcome(shipment, report.late, report.known_at, now, source)
            for shipment, report in zip(known, reports, strict=True)
        )
        self.outcomes.append(self._without_repeated(list(outcomes), now))
        return known

    def _without_repeated(self, reported: Sequence[Outcome], now: datetime) -> list[Outcome]:
        """The outcomes that differ from the last record of their shipment, or from the one before them."""
        histories = self.outcomes.histories({outcome.shipment_id for outcome in reported}, now)
        last = {shipment: history[-1] for shipment, history in histories.items() if history}
        new = []
        for outcome in reported:
            before = last.get(outcome.shipment_id)
            if before is None or replace(before, recorded_at=now) != outcome:
                new.append(outcome)
            last[outcome.shipment_id] = outcome
        return new

    def _find_shipments(
        self, reports: Sequence[OutcomeReport], may_see: Callable[[LoggedPrediction], bool]
    ) -> list[str | None]:
        """The shipment of each report; None for an unknown or invisible prediction. Reads all predictions at once."""
        ids = {report.prediction_id for report in reports if report.prediction_id is not None}
        logged = self.predictions.get_many(ids) if ids else {}
        shipments = {
            prediction_id: prediction.shipment_id for prediction_id, prediction in logged.items() if may_see(prediction)
        }
        return [
            report.shipment_id if report.prediction_id is None else shipments.get(report.prediction_id)
            for report in reports
        ]
