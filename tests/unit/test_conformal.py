"""Label sets: they hold the outcome as often as promised, class by class, where shipments do not change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from delay_core.conformal import CANNOT_TELL, LATE, ON_TIME, SET_NAMES, LabelSets
from delay_core.errors import BundleError
from delay_core.evaluation import conformal_coverage
from support.call_counts import calls_in

PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 0.3]), st.floats(0, 1))
LEVELS = st.sampled_from([0.5, 0.7, 0.8, 0.9, 0.95, 0.99])
THRESHOLDS = st.one_of(st.none(), PROBABILITIES)
SETS = st.builds(LabelSets, level=LEVELS, late_from=THRESHOLDS, on_time_up_to=THRESHOLDS)


def draw_rows(rows, seed, *, late_rate=0.3, apart=1.5, decimals=17):
    """Labels, and probabilities that separate them by `apart`."""
    draw = np.random.default_rng(seed)
    labels = (draw.random(rows) < late_rate).astype(np.int8)
    log_odds = draw.normal(apart * (labels - 0.5), 1) + np.log(late_rate / (1 - late_rate))
    return labels, np.round(1 / (1 + np.exp(-log_odds)), decimals)


def contains(sets, kind, probabilities):
    """Whether the class is in each set, by the names of the sets."""
    names = sets.sets(probabilities)
    return (names == ("late" if kind else "on time")) | (names == "cannot tell")


# The promise


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("level", "rows", "apart", "decimals"),
    [(0.9, 9, 1.5, 17), (0.9, 40, 0.0, 17), (0.9, 333, 4.0, 17), (0.7, 10, 1.5, 17), (0.95, 200, 1.5, 1)],
)
def test_each_class__is_covered_as_often_as_promised_over_many_tables(level, rows, apart, decimals, kind):
    """The thresholds alone cover k / (n + 1) on average, where k is level · (n + 1) rounded up: exactly that if no
    probabilities are tied. Sets, which are never empty, cover at least that.
    """
    draw, covered, by_threshold, tables, each = np.random.default_rng(7), 0, 0, 600, 20
    for _ in range(tables):
        labels = np.repeat([kind, 1 - kind], [rows, 50]).astype(np.int8)
        log_odds = draw.normal(apart * (labels - 0.5), 1)
        sets = LabelSets.fit(labels, np.round(1 / (1 + np.exp(-log_odds)), decimals), level)
        new = np.round(1 / (1 + np.exp(-draw.normal(apart * (kind - 0.5), 1, each))), decimals)
        covered += int(contains(sets, kind, new).sum())
        by_threshold += int((new >= sets.late_from if kind else new <= sets.on_time_up_to).sum())
    promised = np.ceil(round(level * (rows + 1), 9)) / (rows + 1)
    scatter = np.sqrt(promised * (1 - promised) / tables * (1 / each + 1 / (rows + 2)))
    assert by_threshold <= covered
    assert by_threshold / (tables * each) >= promised - 4 * scatter
    if decimals == 17:
        assert by_threshold / (tables * each) <= promised + 4 * scatter


def test_the_share_of_one_table__scatters_as_documented():
    rows, shares = 200, []
    for seed in range(200):
        labels, probabilities = draw_rows(rows * 2, seed, late_rate=0.5)
        sets, (new_labels, new) = LabelSets.fit(labels, probabilities), draw_rows(20_000, 1000 + seed, late_rate=0.5)
        shares.append(contains(sets, 1, new[new_labels == 1]).mean())
    assert np.std(shares) == pytest.approx(0.3 / np.sqrt(rows + 2), rel=0.2)
    assert np.mean(np.array(shares) < beta.ppf(0.01, 180, 21)) < 0.05


@given(
    seed=st.integers(0, 2**32 - 1),
    level=st.sampled_from([0.8, 0.9]),
    late_rate=st.floats(0.1, 0.9),
    apart=st.floats(0, 4),
    decimals=st.sampled_from([2, 17]),
)
def test_any_table__keeps_its_promise_within_chance(seed, level, late_rate, apart, decimals):
    labels, probabilities = draw_rows(3000, seed, late_rate=late_rate, apart=apart, decimals=decimals)
    new_labels, new = draw_rows(3000, seed + 1, late_rate=late_rate, apart=apart, decimals=decimals)
    sets = LabelSets.fit(labels, probabilities, level)
    for kind in (0, 1):
        rows, new_rows = (labels == kind).sum(), (new_labels == kind).sum()
        rank = int(np.ceil(round(level * (rows + 1), 9)))
        lowest = binom.ppf(1e-6, new_rows, beta.ppf(1e-6, rank, rows + 1 - rank))
        assert contains(sets, kind, new[new_labels == kind]).sum() >= lowest


def test_a_changed_late_rate__breaks_no_promise_to_a_class():
    labels, probabilities = draw_rows(20_000, 1, late_rate=0.2)
    moved_labels, moved = draw_rows(100_000, 2, late_rate=0.2)
    kept = (moved_labels == 1) | (np.random.default_rng(3).random(100_000) < 0.05)
    result = conformal_coverage(moved_labels[kept], moved[kept], LabelSets.fit(labels, probabilities))
    assert result.coverage_late.value == pytest.approx(0.9, abs=0.02)
    assert result.coverage_on_time.value == pytest.approx(0.9, abs=0.03)


def test_each_class__keeps_its_promise_where_one_is_rare():
    labels, probabilities = draw_rows(20_000, 4, late_rate=0.05)
    result = conformal_coverage(*draw_rows(40_000, 5, late_rate=0.05), LabelSets.fit(labels, probabilities))
    assert result.coverage_late.value == pytest.approx(0.9, abs=0.03)
    assert result.coverage_on_time.value == pytest.approx(0.9, abs=0.02)


# The thresholds


def test_thresholds__are_the_probabilities_at_the_rank():
    labels = np.repeat([0, 1], [19, 9]).astype(np.int8)
    probabilities = np.concatenate([np.arange(1, 20) / 100, np.arange(91, 100) / 100])
    sets = LabelSets.fit(labels, probabilities)
    assert (sets.late_from, sets.on_time_up_to) == (0.91, 0.18)  # rank 9 of 9 from above, rank 18 of 19 from below


@pytest.mark.parametrize(
    ("level", "min_rows"), [(0.5, 1), (0.7, 3), (0.8, 4), (0.9, 9), (0.95, 19), (0.99, 99), (1 / 3, 1)]
)
def test_a_class_of_too_few_rows__is_in_every_set(level, min_rows):
    for rows in (0, min_rows - 1, min_rows):
        labels = np.repeat([1, 0], [rows, 200]).astype(np.int8)
        sets = LabelSets.fit(labels, np.linspace(0, 1, len(labels)), level)
        assert (sets.late_from is None) == (rows < min_rows)
        assert sets.on_time_up_to is not None
        if rows < min_rows:
            assert "on time" not in set(sets.sets(np.linspace(0, 1, 50)))


def test_a_whole_rank__is_not_rounded_up():
    assert 10 * 0.7 + 1e-15 > 7  # what a sloppy product may be
    labels = np.repeat([0, 1], [9, 29]).astype(np.int8)
    sets = LabelSets.fit(labels, np.concatenate([np.arange(1, 10) / 10, np.arange(1, 30) / 100]), 0.7)
    assert sets.on_time_up_to == 0.7
    assert sets.late_from == 0.09  # rank 21 of 29, from above


@given(rows=st.lists(st.tuples(st.integers(0, 1), PROBABILITIES), max_size=40), level=LEVELS)
def test_rows_learned_from__are_covered_at_the_level(rows, level):
    labels = np.array([label for label, _ in rows], dtype=np.int8)
    probabilities = np.array([probability for _, probability in rows], dtype=float)
    sets = LabelSets.fit(labels, probabilities, level)
    for kind in (0, 1):
        covered = contains(sets, kind, probabilities[labels == kind])
        assert covered.sum() >= level * len(covered) - 1e-9


# The sets


@given(sets=SETS, probabilities=st.lists(PROBABILITIES, min_size=1, max_size=30))
def test_sets__are_never_empty_and_rise_with_the_probability(sets, probabilities):
    rising = np.unique([*probabilities, *(end for end in (sets.late_from, sets.on_time_up_to) if end is not None)])
    codes = sets.codes(rising)
    assert set(codes.tolist()) <= {ON_TIME, CANNOT_TELL, LATE}
    assert (np.diff(codes) >= 0).all()
    for probability, word in zip(rising, sets.sets(rising), strict=True):
        late = sets.late_from is None or probability >= sets.late_from
        on_time = sets.on_time_up_to is None or probability <= sets.on_time_up_to
        expected = "cannot tell" if late and on_time else "late" if late else "on time" if on_time else None
        assert word == (expected or ("late" if probability >= 0.5 else "on time"))


@given(sets=SETS, probabilities=st.lists(PROBABILITIES, min_size=1, max_size=30))
def test_interval__has_the_probabilities_whose_sets_have_the_name(sets, probabilities):
    ends = [end for end in (sets.late_from, sets.on_time_up_to, 0.5) if end is not None]
    near = [float(np.nextafter(end, away)) for end in ends for away in (0, 1)]
    for name in SET_NAMES:
        first, below = sets.interval(name)
        for probability in (*probabilities, *ends, *near):
            assert (first <= probability < below) == (sets.sets(np.array([probability]))[0] == name)


def test_sets__have_the_likelier_class_where_neither_qualifies():
    sets = LabelSets(level=0.9, late_from=0.8, on_time_up_to=0.2)
    assert sets.sets(np.array([0.1, 0.2, 0.3, 0.49, 0.5, 0.7, 0.8, 0.9])).tolist() == [
        "on time", "on time", "on time", "on time", "late", "late", "late", "late"
    ]  # fmt: skip


def test_sets__cannot_tell_between_overlapping_thresholds():
    sets = LabelSets(level=0.9, late_from=0.2, on_time_up_to=0.8)
    assert sets.sets(np.array([0.1, 0.2, 0.5, 0.8, 0.9])).tolist() == [
        "on time", "cannot tell", "cannot tell", "cannot tell", "late"
    ]  # fmt: skip


@pytest.mark.parametrize("ends", [(0.2, 0.8), (0.8, 0.2), (None, 0.5), (0.5, None), (None, None)])
def test_sets__cannot_tell_for_nan_and_accept_no_rows(ends):
    sets = LabelSets(level=0.9, late_from=ends[0], on_time_up_to=ends[1])
    assert sets.sets(np.array([np.nan])).tolist() == ["cannot tell"]
    assert sets.sets(np.empty(0)).shape == sets.codes(np.empty(0)).shape == (0,)


def test_codes__are_the_indices_of_the_names():
    sets, probabilities = LabelSets(level=0.9, late_from=0.3, on_time_up_to=0.6), np.linspace(0, 1, 11)
    codes = sets.codes(probabilities)
    assert codes.dtype == np.int8
    assert [SET_NAMES[code] for code in codes] == sets.sets(probabilities).tolist()
    assert all(type(word) is str for word in sets.sets(probabilities))


def test_label_sets__work_on_whole_arrays():
    few, many = (draw_rows(rows, 1) for rows in (50, 100_000))

    def learn_and_answer(labels, probabilities):
        LabelSets.fit(labels, probabilities).sets(probabilities)

    learn_and_answer(*few)  # what is made once is made
    assert calls_in(lambda: learn_and_answer(*many)) <= calls_in(lambda: learn_and_answer(*few)) + 20


# JSON


@given(sets=SETS)
def test_sets__are_the_same_after_json(sets):
    assert LabelSets.from_json(sets.to_json()) == sets
    assert LabelSets.from_json(sets.to_json()).to_json() == sets.to_json()


REFUSED = {
    "no JSON": b"",
    "a pickle": b"\x80\x04\x95pickle",
    "a list": b"[]",
    "a threshold missing": b'{"level":0.9,"late_from":0.2}',
    "one too many": b'{"level":0.9,"late_from":0.2,"on_time_up_to":0.8,"other":1}',
    "NaN": b'{"level":0.9,"late_from":NaN,"on_time_up_to":0.8}',
    "beyond 1": b'{"level":0.9,"late_from":1.2,"on_time_up_to":0.8}',
    "text for a number": b'{"level":0.9,"late_from":"0.2","on_time_up_to":0.8}',
    "a level of everything": b'{"level":1.0,"late_from":0.2,"on_time_up_to":0.8}',
    "a level of nothing": b'{"level":0.0,"late_from":0.2,"on_time_up_to":0.8}',
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_from_json__refuses_anything_else(content):
    with pytest.raises(BundleError, match=r"label_sets\.json is not the state of label sets"):
        LabelSets.from_json(content)
