"""Simulated drift: the effect of each kind, from its start on."""

import numpy as np
import pandas as pd
import pytest

from adapters.simulator.text_columns import COLUMNS
from support.simulated import SCHEMA, TRUCKS, table, truth

DRIFTS = ["covariate", "label", "concept", "missing", "unseen", "unit"]
START, FULL = 6_000, 8_000  # rows of 10,000 at which a drift with start=0.6 and ramp=0.2 begins and is complete


def before_and_after(kind: str, options: str = "") -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, np.ndarray]:
    plain, drifted = "rows=10000&dirt=0", f"rows=10000&dirt=0&drift={kind}:start=0.6,ramp=0.2{options}"
    return table(plain), table(drifted), truth(plain), truth(drifted)


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift__begins_at_its_start(kind):
    plain, drifted, plain_truth, drifted_truth = before_and_after(kind)

    pd.testing.assert_frame_equal(plain[:START], drifted[:START])
    assert np.array_equal(plain_truth[:START], drifted_truth[:START])
    assert (plain[FULL:] != drifted[FULL:]).any(axis=None) or (plain_truth[FULL:] != drifted_truth[FULL:]).any()


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift__without_a_ramp_is_sudden(kind):
    plain, drifted = table("rows=10000&dirt=0"), table(f"rows=10000&dirt=0&drift={kind}:start=0.5,ramp=0,size=1")

    pd.testing.assert_frame_equal(plain[:5_000], drifted[:5_000])
    assert (plain[5_000:5_200] != drifted[5_000:5_200]).any(axis=None)


def test_covariate_drift__shifts_features_and_true_probabilities():
    plain, drifted, plain_truth, drifted_truth = before_and_after("covariate")

    assert (plain["Traffic_Status"][FULL:] == "Heavy").mean() == pytest.approx(0.33, abs=0.04)
    assert (drifted["Traffic_Status"][FULL:] == "Heavy").mean() == pytest.approx(0.66, abs=0.04)
    assert drifted["Waiting_Time"][FULL:].astype(int).mean() > plain["Waiting_Time"][FULL:].astype(int).mean() + 8
    assert drifted_truth[FULL:].mean() > plain_truth[FULL:].mean() + 0.1
    untouched = ["Timestamp", "Asset_ID", "Latitude", "Temperature", "Demand_Forecast"]
    pd.testing.assert_frame_equal(plain[untouched], drifted[untouched])


def test_covariate_drift__of_a_noise_column_keeps_true_probabilities():
    plain, drifted, plain_truth, drifted_truth = before_and_after("covariate", ",column=Demand_Forecast")

    assert list(plain.columns[(plain != drifted).any()]) == ["Demand_Forecast"]
    assert np.array_equal(plain_truth, drifted_truth)


@pytest.mark.parametrize("column", ["Latitude", "Temperature", "Waiting_Time", "User_Purchase_Frequency"])
@pytest.mark.parametrize("size", [-5, 5])
def test_covariate_drift__stays_within_the_schema(column, size):
    drifted = table(f"rows=10000&dirt=0&drift=covariate:start=0,ramp=0,size={size},column={column}")

    rule = SCHEMA.columns[column]
    assert drifted[column].astype(float).between(rule.minimum, rule.maximum).all()


@pytest.mark.parametrize("size", [-5, 5])
def test_covariate_drift__adds_no_category(size):
    options = f"start=0,ramp=0,size={size}"
    drifted = table(f"rows=10000&dirt=0&drift=covariate:{options}&drift=covariate:{options},column=Asset_ID")

    assert set(drifted["Traffic_Status"]) <= {"Clear", "Detour", "Heavy"}
    assert set(drifted["Asset_ID"]) <= TRUCKS


def test_label_drift__shifts_the_log_odds_linearly():
    plain, drifted, plain_truth, drifted_truth = before_and_after("label", ",size=-2")

    shift = np.log(drifted_truth / (1 - drifted_truth)) - np.log(plain_truth / (1 - plain_truth))
    expected = -2 * np.clip((np.arange(10_000) / 10_000 - 0.6) / 0.2, 0, 1)
    assert np.allclose(shift, expected, atol=0.002)
    features = [
        name for name in COLUMNS if name not in ("Shipment_Status", "Logistics_Delay_Reason", "Logistics_Delay")
    ]
    pd.testing.assert_frame_equal(plain[features], drifted[features])
    assert drifted_truth[FULL:].mean() < plain_truth[FULL:].mean() - 0.15


@pytest.mark.parametrize(("size", "sign"), [(1, 0), (2, -1), (-1, 2)])
def test_concept_drift__removes_or_reverses_an_effect(size, sign):
    plain, _, plain_truth, drifted_truth = before_and_after("concept", f",size={size},column=Waiting_Time")

    effect = 0.055 * (plain["Waiting_Time"].astype(float).to_numpy() - 35)
    left = np.log(drifted_truth / (1 - drifted_truth)) - np.log(plain_truth / (1 - plain_truth)) + effect
    assert np.allclose(left[FULL:], sign * effect[FULL:])


def test_concept_drift__keeps_features_and_late_rate():
    plain, drifted, plain_truth, drifted_truth = before_and_after("concept")

    pd.testing.assert_series_equal(plain["Traffic_Status"], drifted["Traffic_Status"])
    assert drifted_truth[FULL:].mean() == pytest.approx(plain_truth[FULL:].mean(), abs=0.03)
    heavy = (plain["Traffic_Status"] == "Heavy").to_numpy() & (np.arange(10_000) >= FULL)
    assert drifted_truth[heavy].mean() < plain_truth[heavy].mean() - 0.15


def test_missing_drift__empties_a_share_of_nullable_columns():
    plain, drifted, plain_truth, drifted_truth = before_and_after("missing", ",size=0.4")

    for column in ("Temperature", "Humidity"):
        assert (drifted[column][FULL:] == "").mean() == pytest.approx(0.4, abs=0.04)
        kept = drifted[column] != ""
        pd.testing.assert_series_equal(drifted[column][kept], plain[column][kept])
    assert np.array_equal(plain_truth, drifted_truth)


def test_missing_drift__can_be_limited_to_one_column():
    _, drifted, *_ = before_and_after("missing", ",column=Humidity")

    assert (drifted["Humidity"] == "").any()
    assert not (drifted["Temperature"] == "").any()


def test_unseen_drift__adds_a_category_with_an_effect():
    _, drifted, plain_truth, drifted_truth = before_and_after("unseen")

    flooded = (drifted["Traffic_Status"] == "Flooded").to_numpy()
    assert "Flooded" not in SCHEMA.columns["Traffic_Status"].categories
    assert flooded[FULL:].mean() == pytest.approx(0.2, abs=0.04)
    assert drifted_truth[flooded].mean() > plain_truth[flooded].mean() + 0.2
    assert np.array_equal(drifted_truth[~flooded], plain_truth[~flooded])


def test_unit_drift__records_fahrenheit_and_keeps_true_probabilities():
    plain, drifted, plain_truth, drifted_truth = before_and_after("unit")

    celsius, recorded = plain["Temperature"][FULL:].astype(float), drifted["Temperature"][FULL:].astype(float)
    assert np.allclose(recorded, celsius * 9 / 5 + 32, atol=0.051)
    assert np.array_equal(plain_truth, drifted_truth)


def test_drifts__can_be_combined():
    both = truth("rows=10000&drift=label:size=1&drift=label:size=-1&drift=unit&drift=missing")

    assert np.allclose(both, truth("rows=10000"))
