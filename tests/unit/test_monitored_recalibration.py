"""Monitoring of a recalibrated version: the reference of the training, with the probabilities that are served now."""

import numpy as np
import pytest

from delay_core.bundle import MANIFEST, Bundle
from delay_core.calibration import IdentityCalibrator, LogOddsMap, RecalibratedCalibrator, calibrator_to_json
from delay_core.monitoring.drift import DriftPolicy
from delay_core.monitoring.drift_result import ColumnStatus
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.use_cases.measure_window import MeasureDrift
from delay_core.use_cases.monitored_versions import MonitoredVersions
from delay_core.use_cases.served_rows import ServedRows
from fakes.drift_detector import DriftDetector
from support.monitored_model import NAME, MonitoredModel, reference_sample

ROWS = 400
RECALIBRATED = RecalibratedCalibrator(base=IdentityCalibrator(), log_odds_map=LogOddsMap(slopes=(0.8,), intercept=1.5))


@pytest.fixture
def versions():
    """A version as training made it, and the same one recalibrated."""
    model = MonitoredModel()
    files = {name: content for name, content in model.bundles[1].files.items() if name != MANIFEST}
    bundle = Bundle.pack({**files, "calibrator.json": calibrator_to_json(RECALIBRATED)})
    model.registry.register(NAME, bundle, "")
    monitored = MonitoredVersions(model.registry, NAME, MonitoringPolicy())
    for version, digest in ((1, model.bundles[1].digest), (2, bundle.digest)):
        monitored.parser(version, digest)
    return monitored[1], monitored[2]


def window(probabilities):
    moments = np.full(ROWS, np.datetime64("2026-03-01T12:00:00", "us"))
    temperature = np.random.default_rng(6).uniform(18, 30, ROWS)
    return ServedRows(
        schema_digest="5" * 64,
        shipment_ids=[f"S-{row}" for row in range(ROWS)],
        columns={"Temperature": temperature},
        probability=probabilities,
        predicted_at=moments,
        point=moments,
        deadline=moments,
        group=np.arange(ROWS),
    )


def test_prediction__has_not_drifted_because_the_version_was_recalibrated(versions):
    trained, recalibrated = versions
    measure = MeasureDrift(DriftDetector(), DriftPolicy())
    scores = np.linspace(0.1, 0.6, ROWS)

    assert measure(trained, window(scores)).prediction.status is ColumnStatus.STABLE
    assert measure(recalibrated, window(RECALIBRATED.apply(scores))).prediction.status is ColumnStatus.STABLE
    assert measure(recalibrated, window(scores)).prediction.status is ColumnStatus.DRIFTED


def test_loss_test__tolerates_what_it_tolerated_before(versions):
    trained, recalibrated = versions
    assert recalibrated.loss_test.band == trained.loss_test.band
    assert recalibrated.reference.labels.tolist() == reference_sample().labels.tolist()
