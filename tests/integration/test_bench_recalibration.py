"""The benchmark of recalibration serves a stream as it would have been served: by what was known then."""

import numpy as np
import pytest

from benchmarks.quality import recalibrated_serving
from benchmarks.quality.recalibrated_serving import serve
from benchmarks.quality.recalibration_streams import ServedStream
from delay_core.calibration import IdentityCalibrator
from delay_core.conformal import LabelSets
from delay_core.recalibration import RecalibrationPolicy

ROWS, CHANGE, LAG = 2600, 1300, 90


@pytest.fixture(scope="module")
def stream():
    """A calibrated model; from the 1,300th shipment on, log-odds are higher by 1.5. Outcomes are 90 shipments late."""
    draw = np.random.default_rng(4)
    log_odds = draw.normal(-0.6, 1.3, ROWS)
    truth = 1 / (1 + np.exp(-log_odds - 1.5 * (np.arange(ROWS) >= CHANGE)))
    hours = np.datetime64("2025-01-01", "us") + np.arange(ROWS + LAG) * np.timedelta64(1, "h")
    known_at = hours[LAG:].copy()
    known_at[-LAG:] = np.datetime64("NaT", "us")
    return ServedStream(
        kind="up",
        scores=1 / (1 + np.exp(-log_odds)),
        truth=truth,
        labels=(draw.random(ROWS) < truth).astype(np.int8),
        groups=np.arange(ROWS),
        predicted_at=hours[:ROWS],
        known_at=known_at,
        change=CHANGE,
        calibrator=IdentityCalibrator(),
        label_sets=LabelSets(late_from=0.2, on_time_up_to=0.6),
    )


def test_recalibrated_stream__is_calibrated_after_the_jump_and_the_other_is_not(stream):
    off, on = serve(stream, None), serve(stream, RecalibrationPolicy())
    assert off.errors.served > 0.25
    assert off.versions == 0 < on.versions
    assert on.errors.served < 0.05
    assert on.errors.served <= on.errors.worst < off.errors.worst
    assert on.oracle == off.oracle < on.log_loss < off.log_loss
    assert off.recent == on.recent
    assert 0 < on.lowest <= on.highest < 1


def test_recalibration__reads_the_latest_outcomes_that_were_known(stream, monkeypatch):
    read, recalibrate = [], recalibrated_serving.recalibrate

    def record_outcomes(serving, label_sets, outcomes, policy, seed):
        read.append(outcomes.known_at)
        return recalibrate(serving, label_sets, outcomes, policy, seed)

    monkeypatch.setattr(recalibrated_serving, "recalibrate", record_outcomes)
    serve(stream, RecalibrationPolicy(maximum_outcomes=500))
    assert [len(known_at) for known_at in read] == [0, 100, 200, 300, 400, *[500] * 21]
    assert [known_at[-1] for known_at in read[1:]] == stream.known_at[99 : ROWS - LAG : 100].tolist()
