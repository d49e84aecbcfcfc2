"""Every DensityRatio: one where nothing moved, and reference rows weighted by it look like the window."""

import numpy as np
import pytest

from fakes import density_ratio as fake
from support.lazy_module import LazyModule

real = LazyModule("adapters.sklearn.density_ratio")

ROWS = 1500


@pytest.fixture(params=["fake", "scikit-learn"])
def ratio(request):
    return fake.DensityRatio() if request.param == "fake" else real.DensityRatio()


def table(seed, *, mean=0.0, heavy=0.3, missing=0.1):
    draw = np.random.default_rng(seed)
    temperature = draw.normal(mean, 1.0, ROWS)
    temperature[draw.random(ROWS) < missing] = np.nan
    traffic = np.where(draw.random(ROWS) < heavy, "Heavy", "Clear").astype(object)
    traffic[:20] = None
    return {"Temperature": temperature, "Traffic": traffic, "Empty": np.full(ROWS, np.nan), "Noise": draw.random(ROWS)}


def weighted_means(columns, weights):
    heavy, temperature = columns["Traffic"] == "Heavy", columns["Temperature"]
    present = ~np.isnan(temperature)
    return [
        np.average(heavy, weights=weights),
        np.average(temperature[present], weights=weights[present]),
        np.average(~present, weights=weights),
    ]


def test_equal_tables__have_ratios_near_one(ratio):
    ratios = ratio.estimate(table(1), table(2))

    assert (ratios.reference.shape, ratios.window.shape) == ((ROWS,), (ROWS,))
    assert 0.9 < np.median(ratios.window) < 1.1
    assert np.quantile(ratios.reference, 0.99) < 1.5


def test_reference_rows_weighted_by_their_ratio__look_like_the_window(ratio):
    reference, window = table(3), table(4, mean=0.7, heavy=0.6, missing=0.3)

    ratios = ratio.estimate(reference, window)

    assert ratios.reference.min() > 0
    expected, before = weighted_means(window, np.ones(ROWS)), weighted_means(reference, np.ones(ROWS))
    after = weighted_means(reference, ratios.reference)
    assert (np.abs(np.subtract(after, expected)) < 0.4 * np.abs(np.subtract(before, expected))).all()


def test_rows_unlike_the_reference__have_large_ratios(ratio):
    window = table(6)
    window["Temperature"][:150] = 9.0
    window["Traffic"][:150] = "Flooded"

    ratios = ratio.estimate(table(5), window)

    assert np.median(ratios.window[:150]) > 10 * np.median(ratios.window[150:])


def test_columns_of_one_table_alone__do_not_count(ratio):
    reference, window = table(7), table(8, mean=0.5)
    expected = ratio.estimate(reference, window).window

    actual = ratio.estimate(reference | {"Old": np.zeros(ROWS)}, window | {"New": np.arange(ROWS) * 1.0}).window

    np.testing.assert_array_equal(actual, expected)


def test_estimate__is_deterministic(ratio):
    first, second = (ratio.estimate(table(9), table(10, mean=0.3)) for _ in range(2))
    np.testing.assert_array_equal(first.window, second.window)
