"""Performance of served rows: the reference sample is weighted by columns and scores, categories are slices."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np

from delay_core import load_schema
from delay_core.monitoring.performance import PerformancePolicy
from delay_core.monitoring.performance.estimated import SCORE
from delay_core.reference_sample import ReferenceSample
from delay_core.use_cases.measure_window import MeasurePerformance
from delay_core.use_cases.served_rows import ServedRows
from fakes.density_ratio import DensityRatio
from support.cohorts import simulate_cohort

ROWS = 300
LATER = datetime(2027, 1, 1, tzinfo=UTC)


class RecordingRatio(DensityRatio):
    def estimate(self, reference, window):
        self.names = (set(reference), set(window))
        return super().estimate(reference, window)


def test_measure_performance__of_served_rows(monkeypatch):
    monkeypatch.setattr("delay_core.evaluation.bootstrap.RESAMPLES", 20)
    schema, simulated = load_schema("smart_logistics"), simulate_cohort(ROWS, 1)
    cohort = simulated.at(1e6)
    waiting, traffic = np.linspace(10, 60, ROWS), np.array(["Heavy", "Clear"], dtype=object)[np.arange(ROWS) % 2]
    columns = {"Waiting_Time": waiting, "Traffic_Status": traffic}
    reference = ReferenceSample(columns, simulated.probability, simulated.late, None, None)
    rows = ServedRows(
        schema_digest=schema.digest,
        shipment_ids=[f"S-{k}" for k in range(ROWS)],
        columns={**columns, "Humidity": waiting},
        probability=cohort.probability,
        predicted_at=cohort.predicted_at,
        point=cohort.predicted_at,
        deadline=cohort.deadline,
        group=cohort.group,
    )
    ratio = RecordingRatio()
    version = SimpleNamespace(
        bundle=SimpleNamespace(schema=schema), reference=reference, served_probabilities=reference.probabilities
    )

    result = MeasurePerformance(ratio, PerformancePolicy())(version, rows, cohort, LATER, [], None)

    assert ratio.names == ({"Waiting_Time", "Traffic_Status", SCORE},) * 2
    assert (result.maturity, result.not_estimated, result.outside_share) == (1, None, 0)
    assert [(part.column, part.value) for part in result.slices] == [
        ("Traffic_Status", "Clear"),
        ("Traffic_Status", "Heavy"),
    ]
