"""Whether a model is significantly better or worse on the rows of a slice."""

import numpy as np
import pytest

from delay_core.evaluation import compare, compare_slices
from support.call_counts import CountedRanking


def texts(*counts):
    """A column with so many rows of each value, shuffled."""
    values = np.array([value for value, rows in counts for _ in range(rows)], dtype=object)
    return np.random.default_rng(0).permutation(values)


def drawn(rows, seed, rate=0.4, spread=1.0):
    """Labels, the probabilities that they were drawn from, and their mean for everyone."""
    draw = np.random.default_rng(seed)
    truth = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + draw.normal(0, spread, rows))))
    return (draw.random(rows) < truth).astype(np.int8), truth, np.full(rows, truth.mean())


def test_a_slice__has_the_estimates_of_its_rows_alone():
    labels, truth, rate = drawn(900, 1)
    column = texts(("sea", 400), ("air", 500))
    slices = compare_slices({"Mode": column}, labels, truth, rate, seed=3)
    assert [part.value for part in slices] == ["air", "sea"]
    for part in slices:
        rows = column == part.value
        alone = compare(labels[rows], {"model": truth[rows], "other": rate[rows]}, seed=3)
        assert part.estimates == alone.estimates["model"]
        gain = alone.gain("model", "other")
        assert part.gain.value == pytest.approx(gain.value, abs=2e-6)
        assert part.gain.low <= gain.low + 1e-5
        assert part.gain.high >= gain.high - 1e-5
        assert (part.rows, part.late) == (int(rows.sum()), int(labels[rows].sum()))
        assert part.mean_probability == pytest.approx(truth[rows].mean(), abs=1e-6)


def test_a_slice_of_one_class__has_a_gain_and_no_estimates():
    labels, truth, rate = drawn(300, 2)
    column = np.where(labels == 1, "late", "on time").astype(object)
    late, on_time = sorted(compare_slices({"Told": column}, labels, truth, rate, seed=1), key=lambda part: part.value)
    assert late.estimates is None is on_time.estimates
    assert (late.late, on_time.late) == (late.rows, 0)
    assert late.gain.low < late.gain.value < late.gain.high


def test_on_time_rows_alone__do_not_make_a_loss_significant():
    """Fifty rows at 4 % and at 8 %: none late is likely under either, and resampling never shows a late one."""
    column = texts(("calm", 60), ("other", 200))
    labels = np.where(column == "calm", 0, np.arange(260) % 3 == 0).astype(np.int8)
    model, other = np.where(column == "calm", 0.08, 0.4), np.where(column == "calm", 0.04, 0.33)
    calm = next(p for p in compare_slices({"Sea": column}, labels, model, other, seed=1) if p.value == "calm")
    assert calm.gain.value < 0 < calm.gain.high


def test_a_model_that_is_wrong_in_a_slice__loses_there_and_nowhere_else():
    labels, truth, rate = drawn(2000, 3)
    column = np.array(["good", "bad"], dtype=object)[(np.arange(2000) % 5 == 0).astype(int)]
    wrong = np.where(column == "bad", 1 - truth, truth)
    good, bad = compare_slices({"Port": column}, labels, wrong, rate, seed=1)
    assert (good.value, bad.value) == ("good", "bad")
    assert bad.gain.high < 0 < good.gain.low


def test_repeated_rows__do_not_narrow_the_intervals_of_groups():
    labels, truth, rate = drawn(400, 4)
    column, groups = texts(("sea", 200), ("air", 200)), np.arange(400)
    once = compare_slices({"Mode": column}, labels, truth, rate, seed=1)
    many = [np.repeat(values, 6) for values in (labels, truth, rate)]
    grouped = compare_slices({"Mode": np.repeat(column, 6)}, *many, seed=1, groups=np.repeat(groups, 6))
    for one, other in zip(once, grouped, strict=True):
        assert other.estimates["log_loss"].low == pytest.approx(one.estimates["log_loss"].low, abs=0.02)
        assert other.estimates["log_loss"].high == pytest.approx(one.estimates["log_loss"].high, abs=0.02)


def test_slice_comparison__ranks_the_rows_of_a_hundred_slices_and_no_others(monkeypatch):
    rows = 15_000
    labels, truth, rate = drawn(rows, 5)
    draw, ranking = np.random.default_rng(6), CountedRanking(monkeypatch)
    columns = {f"column {n}": texts_drawn(draw, rows) for n in range(5)}
    slices = compare_slices(columns, labels, truth, rate, seed=1)
    assert len(slices) == 100
    assert sum(part.rows for part in slices) == 5 * rows
    assert ranking.rows == 5 * rows  # once for all metrics and all resamples


def texts_drawn(draw, rows):
    return np.array([f"value {n}" for n in range(20)], dtype=object)[(20 * draw.random(rows) ** 2).astype(int)]
