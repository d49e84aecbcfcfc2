"""When the outcomes of a window of served predictions can be known."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.monitoring.time_window import TimeWindow
from delay_core.ports.model_catalog import ModelCatalog
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.use_cases.monitored_versions import MonitoredVersions
from delay_core.use_cases.served_rows import ReadServedRows


@dataclass(frozen=True)
class OutcomeMaturity:
    """The predictions of a window, those whose deadline has passed, and from when on (UTC) enough of them are due.

    `due_at` is None for a window without predictions.
    """

    predictions: int
    due: int
    due_at: datetime | None


@dataclass(frozen=True)
class ReadOutcomeMaturity:
    """Reads the predictions of the window. `grace` is how long after its deadline a shipment may be reported."""

    predictions: PredictionReader
    catalog: ModelCatalog
    policy: MonitoringPolicy
    grace: timedelta
    max_rows: int | None

    def __call__(self, model_name: str, window: TimeWindow, now: datetime, share: float = 1.0) -> OutcomeMaturity:
        """What is due at `now` (UTC); `share` of the predictions, above 0 and at most 1, are enough."""
        versions = MonitoredVersions(self.catalog, model_name, self.policy)
        served = ReadServedRows(self.predictions, model_name, versions.parser, self.max_rows)(window)
        deadlines = np.sort(np.concatenate([rows.deadline for rows in served.values()])) if served else np.array([])
        if not len(deadlines):
            return OutcomeMaturity(0, 0, None)
        due = deadlines + np.timedelta64(self.grace)
        enough = due[int(np.ceil(share * len(due))) - 1].astype("datetime64[us]").astype(datetime)
        passed = int(np.searchsorted(due, np.datetime64(now.replace(tzinfo=None)), side="right"))
        return OutcomeMaturity(len(due), passed, enough.replace(tzinfo=UTC))
