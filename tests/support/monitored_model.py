"""A model whose served predictions and outcomes are made here, and everything that monitors it, on fakes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from delay_core.digest import sha256_hex
from delay_core.evaluation import Estimate
from delay_core.monitoring.cohort import Cohort
from delay_core.monitoring.drift_result import DriftResult
from delay_core.monitoring.performance import PerformanceEstimate
from delay_core.monitoring.performance_result import PerformanceFigures, PerformanceResult
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.ports import monitoring_store as port
from delay_core.ports.outcome_log import Outcome
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.known_outcomes import KnownOutcomes
from delay_core.use_cases.monitor import Monitor, Schedule
from delay_core.use_cases.monitored_versions import MonitoredVersion
from delay_core.use_cases.served_rows import ServedRows
from fakes.action_log import ActionLog
from fakes.model_registry import ModelRegistry
from fakes.monitoring_store import MonitoringStore
from fakes.outcome_log import OutcomeLog
from fakes.prediction_log import PredictionLog
from fakes.prediction_reader import PredictionReader
from fakes.progress import Progress
from support.builders import logged_prediction
from support.bundles import tiny_bundle
from support.monitoring_results import drift_result

if TYPE_CHECKING:
    from delay_core.bundle import Bundle

NAME = "late"
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SHIPMENT = {
    "Latitude": 1,
    "Longitude": 2,
    "Inventory_Level": 200,
    "Temperature": 20,
    "Humidity": 60,
    "Traffic_Status": "Clear",
    "Waiting_Time": 20,
    "User_Transaction_Amount": 200,
    "User_Purchase_Frequency": 5,
    "Asset_Utilization": 70,
    "Demand_Forecast": 150,
}


def reference_sample(rows: int = 400) -> ReferenceSample:
    """A sample in which the probabilities, .1 to .6, are true."""
    generator = np.random.default_rng(5)
    probabilities = np.linspace(0.1, 0.6, rows)
    return ReferenceSample(
        columns={"Temperature": generator.uniform(18, 30, rows)},
        probabilities=probabilities,
        labels=(generator.uniform(size=rows) < probabilities).astype(np.int8),
        prediction_points=None,
        groups=None,
    )


@dataclass
class MonitoredModel:
    """The logs of a model, and its monitoring; `measured` are the days whose drift or performance was measured."""

    log: PredictionLog = field(default_factory=PredictionLog)
    registry: ModelRegistry = field(default_factory=ModelRegistry)
    store: port.MonitoringStore = field(default_factory=MonitoringStore)
    actions: ActionLog = field(default_factory=ActionLog)
    measured: list[tuple[str, int, int]] = field(default_factory=list)
    horizon: timedelta = timedelta(days=20)
    max_rows: int | None = None

    def __post_init__(self) -> None:
        self.reader = PredictionReader(self.log)
        self.outcomes = OutcomeLog(self.reader)
        self.bundles: dict[int, Bundle] = {}
        self.register(reference_sample())

    def register(self, reference: ReferenceSample | None) -> int:
        """Register another version."""
        bundle = tiny_bundle(str(len(self.bundles)), reference)
        version = self.registry.register(NAME, bundle, "").version
        self.bundles[version] = bundle
        return version

    def serve(self, day: int, rows: int = 40, harm: float = 0.0, version: int = 1, *, outcomes: bool = True) -> None:
        """Log a day's predictions; their outcomes are recorded a day later, more of them late if there is harm."""
        generator = np.random.default_rng([day, version])
        start = FIRST_DAY + day * DAY
        probabilities, draws = generator.uniform(0.1, 0.6, rows), generator.uniform(size=rows)
        for row, (probability, draw) in enumerate(zip(probabilities.tolist(), draws.tolist(), strict=True)):
            moment = start + timedelta(minutes=60 + 10 * row)
            shipment_id = f"{version}-{day}-{row}"
            prediction = logged_prediction(
                predicted_at=moment,
                point=moment,
                model_name=NAME,
                model_version=version,
                bundle_digest=self.bundles[version].digest,
                shipment_id=shipment_id,
                probability=probability,
                request_data={"Timestamp": moment.isoformat(), **SHIPMENT},
            )
            self.log.append([prediction])
            if outcomes:
                known_at = moment + DAY
                late = draw < probability + harm
                self.outcomes.append([Outcome(shipment_id, late, known_at, known_at, "carrier")])

    def monitor(self) -> Monitor:
        """The use case, with measurements that return fixed results."""
        return Monitor(
            predictions=self.reader,
            known=KnownOutcomes(self.outcomes, self.actions, grace=DAY),
            catalog=self.registry,
            store=self.store,
            measure_drift=self._measure_drift,
            measure_performance=_Performance(self.measured),
            policy=MonitoringPolicy(minimum_known_outcomes=50),
            schedule=Schedule(DAY, self.horizon),
            max_rows=self.max_rows,
            progress=Progress(),
        )

    def run(self, day: int, **options: datetime) -> list[int]:
        """Monitor at the beginning of the day; the days whose results were stored."""
        run = self.monitor()(NAME, FIRST_DAY + day * DAY, **options)
        return [day_of(result.decision.window.start) for result in run.results]

    def _measure_drift(self, version: MonitoredVersion, rows: ServedRows) -> DriftResult:
        self.measured.append(("drift", day_of(rows.predicted_at.min().astype(datetime).replace(tzinfo=UTC)), len(rows)))
        return drift_result(effects=(float(version.version) / 10,), rows=len(rows))


@dataclass(frozen=True)
class _Performance:
    """The late rate of known outcomes; it is also the estimate, unless that was made before."""

    measured: list[tuple[str, int, int]]

    def estimate_inputs(self, version: MonitoredVersion, rows: ServedRows) -> str:
        return sha256_hex(f"{version.version} {rows.shipment_ids}".encode())

    def __call__(
        self,
        version: MonitoredVersion,
        rows: ServedRows,
        cohort: Cohort,
        as_of: datetime,
        earlier: Sequence[PerformanceResult],
        estimate: PerformanceEstimate | None,
    ) -> PerformanceResult:
        known = cohort.late >= 0
        moment = rows.predicted_at.min().astype(datetime).replace(tzinfo=UTC)
        self.measured.append(("performance", day_of(moment), int(known.sum())))
        mature = float((cohort.deadline <= np.datetime64(as_of.replace(tzinfo=None))).mean())
        rate = Estimate(value=float(known.mean()), low=0.0, high=1.0)
        naive = PerformanceFigures(int(known.sum()), int((cohort.late == 1).sum()), {"late_rate": rate})
        estimated = naive if estimate is None else estimate.figures
        return PerformanceResult(len(rows), mature, 0, int(cohort.acted_on.sum()), None, naive, None, estimated, None)


def day_of(moment: datetime) -> int:
    """The number of the day, from the first one on."""
    return (moment - FIRST_DAY) // DAY
