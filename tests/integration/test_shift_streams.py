"""The streams of the shift suite: one thing changes in each, from the block that their name says."""

import numpy as np
import pytest

from benchmarks.quality.shift_streams import BLOCKS, KINDS, resampled_streams, simulated_streams
from benchmarks.quality.table_rows import accepted_rows
from delay_core.schemas import load_schema
from delay_core.validation import KNOWN_AT, LATE


@pytest.fixture(scope="module")
def simulated():
    return {stream.name.removeprefix("simulated, "): stream for stream in simulated_streams(3)}


@pytest.fixture(scope="module")
def resampled(scms):
    table = accepted_rows(load_schema("scms"), str(scms))
    return {stream.name.removeprefix("scms, "): stream for stream in resampled_streams(table.iloc[:5000], 3)}


@pytest.fixture(params=["simulated", "resampled"])
def streams(request):
    return request.getfixturevalue(request.param)


def late_rates(stream):
    """The late rate of each block [blocks]."""
    blocks = np.arange(len(stream.rows)) * BLOCKS // len(stream.rows)
    return stream.rows[LATE].groupby(blocks).mean().to_numpy()


def test_streams__are_two_of_each_kind_in_time_order(streams):
    assert [name.split(", ")[0] for name in streams] == [kind for kind in KINDS for _ in range(2)]
    for stream in streams.values():
        times = stream.rows[stream.schema.prediction_point.sort_column]
        assert times.is_monotonic_increasing
        assert stream.is_test.mean() == pytest.approx(1 / BLOCKS, abs=0.05)
        assert (stream.history[KNOWN_AT] <= stream.test[stream.schema.prediction_point.sort_column].iloc[0]).all()
        assert 0 < stream.test[LATE].mean() < 1


def test_prior__jumps_where_the_name_says(streams):
    early, late = (late_rates(streams[f"prior, from the {name} block on"]) for name in ("fourth", "test"))
    assert early[3:].min() > early[:3].max() + 0.05
    assert late[5] > late[:5].max() + 0.05


def test_trend__rises_and_falls(streams):
    rising, falling = (late_rates(streams[f"trend, {name}"]) for name in ("rising", "falling"))
    assert rising[5] > rising[0] + 0.1
    assert falling[5] < 0.6 * falling[0]


def test_categories__are_new(simulated, resampled):
    trucks = simulated["categories, from the test block on"]
    assert "Flooded" not in set(trucks.history["Traffic_Status"])
    assert (trucks.test["Traffic_Status"] == "Flooded").mean() == pytest.approx(0.5, abs=0.1)
    deliveries = resampled["categories, from the test block on"]
    assert set(deliveries.test["Country"]) - set(deliveries.history["Country"])


def test_flip__exchanges_the_late_rates_of_countries(resampled):
    def rates(rows):
        by_country = rows.groupby("Country")[LATE].agg(["mean", "size"])
        return by_country[by_country["size"] >= 20]["mean"]

    stream = resampled["flip, from the test block on"]
    both = rates(stream.history).to_frame("before").join(rates(stream.test).rename("after"), how="inner")
    assert both["before"].corr(both["after"], method="spearman") < 0


def test_resampled_shipments__are_on_one_side_of_the_cut(resampled):
    for stream in resampled.values():
        assert not set(stream.history["ASN/DN #"]) & set(stream.test["ASN/DN #"])
