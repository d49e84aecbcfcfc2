"""Shipments that a fake product predicts day by day, with outcomes that a jump of the late rate can change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from delay_core.ports.outcome_log import Outcome
from delay_core.predictor import Predictor
from delay_core.serving import PredictionRequest, PredictionResponse, ServingModel, predict_batch
from delay_core.use_cases.recalibrate import RecalibrationResult
from fakes.model_runtime import ModelRuntime
from support.fake_product import ALIAS, FakeProduct
from support.shipment_tables import raw_shipments

FIRST_DAY = datetime(2024, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NAME = "m"


@dataclass(frozen=True)
class ServedShipments:
    """A product whose pipeline has run; the version that serves predicts, and outcomes are recorded a day later."""

    product: FakeProduct

    def serve(self, days: range, jump: float = 0.0, rows: int = 60) -> list[str]:
        """Predict so many shipments on each day; `jump` is added to the log-odds of being late. The ids."""
        return [shipment_id for day in days for shipment_id in self._serve_day(day, jump, rows)]

    def recalibrate(self, day: int) -> RecalibrationResult:
        """Recalibrate at the beginning of the day."""
        result: RecalibrationResult = self.product.recalibrate(NAME, FIRST_DAY + day * DAY)
        return result

    def model(self) -> ServingModel:
        """The version that serves, loaded."""
        version = self.product.registry.get_by_alias(NAME, ALIAS)
        assert version is not None
        return ServingModel(version, Predictor(self.product.registry.load(NAME, version.version), ModelRuntime()))

    def _serve_day(self, day: int, jump: float, rows: int) -> list[str]:
        generator = np.random.default_rng([day, 17])
        moment = FIRST_DAY + day * DAY + timedelta(hours=12)
        records = shipments(day, rows)
        requests = [PredictionRequest([record], f"r-{day}-{row}") for row, record in enumerate(records)]
        outcomes, ids = [], []
        for record, response in zip(records, predict_batch(self.model(), requests, moment), strict=True):
            assert isinstance(response, PredictionResponse)
            [logged] = response.logged
            self.product.prediction_log.append([replace(logged, point=moment)])
            log_odds = -1 + 1.5 * (record["Traffic_Status"] == "Heavy") + 0.05 * (float(record["Waiting_Time"]) - 35)
            late = bool(generator.random() < 1 / (1 + np.exp(-log_odds - jump)))
            known_at = moment + DAY
            outcomes.append(Outcome(str(logged.shipment_id), late, known_at, known_at, "carrier"))
            ids.append(str(logged.shipment_id))
        self.product.outcome_log.append(outcomes)
        return ids


def shipments(day: int, rows: int) -> list[Mapping[str, str]]:
    """The requests of a day, each at a minute of its own."""
    table = raw_shipments(1000 + day, rows).drop(
        columns=["Shipment_Status", "Logistics_Delay_Reason", "Logistics_Delay"]
    )
    start = FIRST_DAY + day * DAY
    times = [(start + timedelta(minutes=row)).strftime("%Y-%m-%d %H:%M:%S") for row in range(rows)]
    records = table.assign(Timestamp=times).to_dict("records")
    return [{str(name): str(value) for name, value in record.items()} for record in records]
