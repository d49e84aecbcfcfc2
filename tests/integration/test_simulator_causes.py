"""The simulated label: its planted causes explain it, and data errors do not change it."""

from itertools import chain

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from adapters.simulator import data_errors
from adapters.simulator.blocks import STATUSES
from adapters.simulator.causes import CAUSES, TRAFFIC, CausalInputs, late_log_odds
from support.simulated import drawn, table, truth


def test_labels__have_the_true_probability():
    rows = drawn("rows=200000")
    chances, late = rows["late_probability"], rows["late"]

    for part in np.array_split(np.argsort(chances), 20):
        expected, variance = chances[part].sum(), (chances[part] * (1 - chances[part])).sum()
        assert abs(late[part].sum() - expected) < 4 * np.sqrt(variance)  # one seed in 800 would fail one of 20 bins


def test_late_rate_and_oracle__have_the_documented_values():
    rows = drawn("rows=200000")

    assert 0.35 < rows["late"].mean() < 0.45
    assert 0.80 < roc_auc_score(rows["late"], rows["late_probability"]) < 0.85


def test_true_log_odds__are_the_sum_of_effects_of_visible_columns():
    clean = table("rows=20000&dirt=0")
    times = pd.to_datetime(clean["Timestamp"]).dt
    seen = CausalInputs(
        hour=times.hour.to_numpy(),
        weekday=times.weekday.to_numpy(),
        traffic=clean["Traffic_Status"].map(TRAFFIC.index).to_numpy(dtype=int),
        waiting_time=clean["Waiting_Time"].to_numpy(dtype=float),
        temperature=clean["Temperature"].to_numpy(dtype=float),
        asset_utilization=clean["Asset_Utilization"].to_numpy(dtype=float),
    )

    chances = truth("rows=20000&dirt=0")

    assert np.allclose(np.log(chances / (1 - chances)), late_log_odds(seen, {}))
    for cause in CAUSES:
        assert abs(cause.effect(seen).mean()) < 0.03, cause.name
        assert cause.effect(seen).std() > 0.2, cause.name


@pytest.mark.parametrize(("weaker", "stronger"), [("Clear", "Detour"), ("Detour", "Heavy"), ("Heavy", "Flooded")])
def test_traffic__increases_the_probability(weaker, stronger):
    effect = {cause.name: cause.effect for cause in CAUSES}["traffic"]

    def of(status: str) -> float:
        codes, zeros = np.array([TRAFFIC.index(status)]), np.zeros(1)
        return float(effect(CausalInputs(codes * 0, codes * 0, codes, zeros, zeros, zeros))[0])

    assert of(weaker) < of(stronger)


def test_noise_columns__are_independent_of_the_true_probability():
    numbers = table("rows=50000&dirt=0")
    chances = truth("rows=50000&dirt=0")

    for column in (
        "Latitude",
        "Longitude",
        "Inventory_Level",
        "Humidity",
        "User_Transaction_Amount",
        "Demand_Forecast",
    ):
        assert abs(np.corrcoef(numbers[column].astype(float), chances)[0, 1]) < 4 / np.sqrt(50_000), column


@pytest.mark.parametrize("column", ["status", "reason"])
@pytest.mark.parametrize("late", [0, 1])
def test_post_hoc_columns__depend_on_the_label_only(column, late):
    rows = drawn("rows=200000&known_after_days=0")
    group = rows["late"] == late
    chances, values = rows["late_probability"][group], rows[column][group]

    for value in np.unique(values):
        part = chances[values == value]
        assert abs(part.mean() - chances.mean()) < 4 * chances.std() / np.sqrt(len(part))


def test_status__determines_the_label():
    closed = table("rows=50000&dirt=0&known_after_days=0")
    late = closed["Logistics_Delay"] == "1"

    assert (closed.loc[late, "Shipment_Status"] == "Delayed").mean() == pytest.approx(0.94, abs=0.01)
    assert not (closed.loc[~late, "Shipment_Status"] == "Delayed").any()
    assert roc_auc_score(late, closed["Shipment_Status"] == STATUSES[0]) > 0.95


def test_open_shipments__are_those_of_the_last_days():
    rows = table("rows=20000&dirt=0&known_after_days=5")
    is_open = pd.to_datetime(rows["Timestamp"]) > pd.Timestamp("2024-12-31") - pd.Timedelta(days=5)

    assert is_open.mean() == pytest.approx(5 / 365, abs=0.001)
    assert set(rows.loc[is_open, "Logistics_Delay"]) == {""}
    assert set(rows.loc[is_open, "Shipment_Status"]) == {"In Transit"}
    assert set(rows.loc[is_open, "Logistics_Delay_Reason"]) == {""}
    assert set(rows.loc[~is_open, "Logistics_Delay"]) == {"0", "1"}
    assert "" not in set(rows.loc[~is_open, "Logistics_Delay_Reason"])


def test_open_shipments__are_absent_without_a_label_delay():
    assert set(table("rows=5000&dirt=0&known_after_days=0")["Logistics_Delay"]) == {"0", "1"}


def test_data_errors__change_one_value_in_their_share_of_rows():
    clean, dirty = table("rows=50000&dirt=0"), table("rows=50000&dirt=0.02")
    changed = clean != dirty

    assert changed.any(axis=1).mean() == pytest.approx(0.02, abs=4 * np.sqrt(0.02 * 0.98 / 50_000))
    assert changed.sum(axis=1).max() == 1
    assert np.array_equal(truth("rows=50000&dirt=0"), truth("rows=50000&dirt=0.02"))


def test_data_errors__all_kinds_occur():
    rows = table("rows=20000&dirt=0.02")

    kinds = (
        data_errors.UNPARSEABLE_DATES,
        data_errors.NUMBERS_WITH_TEXT,
        data_errors.IMPOSSIBLE_VALUES,
        data_errors.MISSING_VALUES,
    )
    for column, pattern in chain.from_iterable(kinds):
        assert rows[column].str.fullmatch(pattern.replace("{}", ".+")).any(), (column, pattern)
