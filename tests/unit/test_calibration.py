"""Calibration maps: monotone, the same bits however rows come, whole as JSON; and the choice among them."""

import json
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.model import CalibrationFitter, ScoringMetrics
from delay_core.calibration import (
    METHODS,
    Beta,
    Isotonic,
    Platt,
    Unchanged,
    calibrator_from_json,
    calibrator_to_json,
)
from delay_core.calibration.scale import STEP, SUREST
from delay_core.errors import BundleError
from delay_core.training.calibrating import FEWEST_OF_A_CLASS, FEWEST_ROWS, choose_calibration

FITTER, METRICS = CalibrationFitter(), ScoringMetrics()
STAIRS = Isotonic(x=(0.1, 0.25, 0.7, 0.9), y=(0.01, 0.3, 0.3, 0.95))
MAPS = [Platt(a=1.7, b=-0.4), Beta(a=0.6, b=1.9, c=-0.5), STAIRS]
PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 5e-324, 1 - 2**-53, SUREST]), st.floats(0, 1))
SLOPES = st.one_of(st.just(0.0), st.floats(0, 5), st.floats(0, 1e12))
INTERCEPTS = st.one_of(st.floats(-5, 5), st.floats(-1e12, 1e12))


@st.composite
def knots(draw):
    x = np.unique(np.array(draw(st.lists(st.integers(0, 2**40), min_size=1, max_size=12)))) * STEP
    y = np.sort(draw(st.lists(st.floats(SUREST, 1 - SUREST), min_size=len(x), max_size=len(x))))
    return Isotonic(x=tuple(x.tolist()), y=tuple(y.tolist()))


ANY_MAP = st.one_of(
    st.builds(Platt, a=SLOPES, b=INTERCEPTS), st.builds(Beta, a=SLOPES, b=SLOPES, c=INTERCEPTS), knots()
)


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(truth, seed=0):
    return (np.random.default_rng(seed).random(len(truth)) < truth).astype(np.int8)


# Maps


@given(calibrator=ANY_MAP, some=st.lists(PROBABILITIES, min_size=1, max_size=20))
def test_answers_never_fall_not_even_from_one_number_to_the_next(calibrator, some):
    given_ones = np.array([*some, *getattr(calibrator, "x", ())])
    rising = np.unique(np.clip([given_ones, np.nextafter(given_ones, 0), np.nextafter(given_ones, 1)], 0, 1))
    told = calibrator.apply(rising)
    assert (np.diff(told) >= 0).all()
    assert (told > 0).all()
    assert (told < 1).all()


@given(calibrator=ANY_MAP)
def test_a_map_read_back_from_json_is_the_same_map(calibrator):
    again = calibrator_from_json(calibrator_to_json(calibrator))
    assert again == calibrator
    assert type(again) is type(calibrator)
    assert calibrator_to_json(again) == calibrator_to_json(calibrator)
    probabilities = np.linspace(0, 1, 101)
    assert again.apply(probabilities).tobytes() == calibrator.apply(probabilities).tobytes()


@pytest.mark.parametrize("calibrator", [Unchanged(), *MAPS], ids=METHODS)
def test_a_row_gets_the_same_bits_alone_and_in_any_array(calibrator):
    probabilities = np.random.default_rng(1).random(10_007)
    told = calibrator.apply(probabilities)
    assert (told.dtype, told.shape) == (np.float64, probabilities.shape)
    alone = np.concatenate([calibrator.apply(probabilities[at : at + 1]) for at in range(2000)])
    assert alone.tobytes() == told[:2000].tobytes()
    for part in (slice(1, None), slice(5, 12), slice(None, None, 3), slice(None, None, -1), slice(9, None, -2)):
        assert calibrator.apply(probabilities[part]).tobytes() == told[part].tobytes()
    table = np.stack([probabilities, probabilities], axis=1)
    assert calibrator.apply(table[:, 1]).tobytes() == told.tobytes()


@pytest.mark.parametrize("calibrator", [Unchanged(), *MAPS], ids=METHODS)
def test_the_input_is_left_alone_no_rows_are_fine_and_what_is_no_number_stays_none(calibrator):
    probabilities = np.array([0.0, 0.3, np.nan, 1.0])
    probabilities.flags.writeable = False
    assert np.isnan(calibrator.apply(probabilities)).tolist() == [False, False, True, False]
    assert calibrator.apply(np.empty(0)).shape == (0,)


@pytest.mark.parametrize("calibrator", MAPS, ids=METHODS[1:])
def test_a_million_rows_take_well_under_a_fifth_of_a_second(calibrator):
    probabilities = np.random.default_rng(2).random(1_000_000)
    took = []
    for _ in range(3):
        started = time.process_time()
        calibrator.apply(probabilities)
        took.append(time.process_time() - started)
    assert min(took) < 0.1


def test_platt_is_a_line_of_log_odds():
    told = Platt(a=2.0, b=-1.0).apply(np.array([0.2, 0.5, 0.9]))
    np.testing.assert_allclose(told, [1 / (1 + 16 * np.e), 1 / (1 + np.e), 1 / (1 + np.e / 81)], rtol=1e-9)


def test_beta_with_equal_slopes_is_platt_and_with_both_1_changes_nothing():
    probabilities = np.linspace(0.001, 0.999, 500)
    np.testing.assert_allclose(Beta(a=1, b=1, c=0).apply(probabilities), probabilities, rtol=1e-9)
    np.testing.assert_allclose(
        Beta(a=1.4, b=1.4, c=0.2).apply(probabilities), Platt(a=1.4, b=0.2).apply(probabilities), rtol=1e-9
    )
    told = Beta(a=2, b=1, c=0.5).apply(np.array([0.3]))
    np.testing.assert_allclose(told, sigmoid(2 * np.log(0.3) - np.log(0.7) + 0.5), rtol=1e-9)


def test_isotonic_is_straight_between_knots_and_flat_beyond_them():
    told = STAIRS.apply(np.array([0.0, 0.1, 0.175, 0.25, 0.4, 0.7, 0.8, 0.9, 1.0]))
    np.testing.assert_allclose(told, [0.01, 0.01, 0.155, 0.3, 0.3, 0.3, 0.625, 0.95, 0.95], rtol=1e-9)


def test_what_a_forest_is_sure_of_is_answered_with_one_in_a_million_left():
    told = Platt(a=1, b=0).apply(np.array([0.0, 1.0]))
    np.testing.assert_allclose(told, [SUREST, 1 - SUREST], rtol=1e-9)


# JSON

REFUSED = {
    "no JSON": b"",
    "a pickle": b"\x80\x04\x95pickle",
    "a list": b"[]",
    "no method": b'{"a":1.0,"b":0.0}',
    "an unknown method": b'{"method":"spline","a":1.0}',
    "a parameter missing": b'{"method":"platt","a":1.0}',
    "one too many": b'{"method":"platt","a":1.0,"b":0.0,"c":0.0}',
    "none with parameters": b'{"method":"none","a":1.0}',
    "NaN": b'{"method":"platt","a":NaN,"b":0.0}',
    "infinity": b'{"method":"platt","a":1.0,"b":Infinity}',
    "a number without end": b'{"method":"platt","a":1.0,"b":1e999}',
    "a number that overflows later": b'{"method":"platt","a":1e300,"b":0.0}',
    "text for a number": b'{"method":"platt","a":"1.0","b":0.0}',
    "a falling line": b'{"method":"platt","a":-1.0,"b":0.0}',
    "a falling end": b'{"method":"beta","a":1.0,"b":-0.1,"c":0.0}',
    "no knots": b'{"method":"isotonic","x":[],"y":[]}',
    "a knot without y": b'{"method":"isotonic","x":[0.1,0.2],"y":[0.5]}',
    "knots that go back": b'{"method":"isotonic","x":[0.2,0.1],"y":[0.3,0.5]}',
    "knots at one place": b'{"method":"isotonic","x":[0.2,0.2],"y":[0.3,0.5]}',
    "knots too near for a slope": b'{"method":"isotonic","x":[0.0,1e-310],"y":[0.3,0.5]}',
    "knots that fall": b'{"method":"isotonic","x":[0.1,0.2],"y":[0.5,0.3]}',
    "a knot beyond 1": b'{"method":"isotonic","x":[0.1,1.2],"y":[0.3,0.5]}',
    "a sure knot": b'{"method":"isotonic","x":[0.1,0.2],"y":[0.0,0.5]}',
    "NaN in a knot": b'{"method":"isotonic","x":[0.1,NaN],"y":[0.3,0.5]}',
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_anything_else_than_a_map_is_refused(content):
    with pytest.raises(BundleError, match=r"calibrator\.json is not a calibrator's state"):
        calibrator_from_json(content)


def test_knots_that_fall_are_named():
    content = json.dumps({"method": "isotonic", "x": [0.1, 0.2, 0.3], "y": [0.3, 0.5, 0.4]}).encode()
    with pytest.raises(BundleError, match="y does not rise from knot 1"):
        calibrator_from_json(content)


def test_a_map_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        STAIRS.x = (0.5,)


# The choice


def folds(rows, number=5):
    return np.repeat(np.arange(number), -(-rows // number))[:rows]


def chosen(truth, probabilities, seed=0, number=5):
    labels = drawn(truth, seed)
    return choose_calibration(FITTER, METRICS, labels, probabilities, folds(len(labels), number)), labels


def spread(rows, seed=1):
    return sigmoid(np.random.default_rng(seed).normal(-0.5, 1.5, rows))


def wiggly(probabilities):
    """Rising, and no curve that three numbers tell: plateaus, with steps between."""
    return 0.05 + 0.9 * (probabilities - np.sin(6 * np.pi * probabilities) / (6 * np.pi) * 0.95)


def test_true_probabilities_are_seldom_changed_and_never_by_much():
    found = [chosen(*(2 * [spread(1500, seed)]), seed)[0] for seed in range(20)]
    assert sum(calibrated.choice.method == "none" for calibrated in found) >= 10
    grid = np.linspace(0.05, 0.95, 50)
    assert max(np.abs(calibrated.calibrator.apply(grid) - grid).max() for calibrated in found) < 0.1


@pytest.mark.parametrize(("a", "b"), [(0.4, 0.0), (2.0, -1.0)])
def test_a_distortion_that_a_line_undoes_is_undone_by_a_line_or_two(a, b):
    probabilities = spread(4000)
    truth = sigmoid(a * np.log(probabilities / (1 - probabilities)) + b)
    calibrated, _ = chosen(truth, probabilities)
    assert calibrated.choice.method in ("platt", "beta")
    assert calibrated.calibrator.method == calibrated.choice.method
    assert np.abs(calibrated.calibrator.apply(probabilities) - truth).mean() < 0.02
    assert calibrated.choice.log_losses["platt"] < calibrated.choice.log_losses["none"] - 0.01


def test_on_few_rows_isotonic_overfits_and_is_seldom_chosen():
    methods, losses = [], []
    for seed in range(30):
        probabilities = spread(500, seed)
        truth = sigmoid(0.5 * np.log(probabilities / (1 - probabilities)))
        calibrated, _ = chosen(truth, probabilities, seed)
        methods.append(calibrated.choice.method)
        losses.append(calibrated.choice.log_losses)
    assert methods.count("isotonic") <= 10  # 18 % of 200 other draws; of 3000 rows, where noise is less, 4 %
    lost = np.array([loss["isotonic"] - loss["platt"] for loss in losses])
    assert lost.mean() > 2 * lost.std() / np.sqrt(len(lost))


def test_on_plenty_of_rows_isotonic_follows_a_wiggle_that_no_line_can():
    probabilities = np.random.default_rng(3).random(40_000)
    calibrated, _ = chosen(wiggly(probabilities), probabilities)
    losses = calibrated.choice.log_losses
    assert calibrated.choice.method == "isotonic"
    assert losses["isotonic"] < min(losses["platt"], losses["beta"], losses["none"])
    assert np.abs(calibrated.calibrator.apply(probabilities) - wiggly(probabilities)).mean() < 0.02


def test_ranks_that_point_the_wrong_way_end_as_the_late_rate():
    truth = spread(2000)
    calibrated, labels = chosen(truth, 1 - truth)
    told = calibrated.calibrator.apply(np.linspace(0, 1, 20))
    assert (np.diff(told) >= 0).all()
    assert told.mean() == pytest.approx(labels.mean(), abs=0.05)


class OneMethod:
    """Learns by one method as it is told, and by the others something useless."""

    def __init__(self, method):
        self.method = method

    def fit(self, asked, labels, probabilities):
        return FITTER.fit(asked, labels, probabilities) if asked == self.method else Platt(a=0, b=9)


@pytest.mark.parametrize("method", METHODS[1:])
def test_rows_are_answered_by_maps_of_earlier_folds_and_by_no_others(method):
    probabilities = spread(1000)
    labels, fold = drawn(probabilities**2), folds(1000) + 7
    calibrated = choose_calibration(OneMethod(method), METRICS, labels, probabilities, fold)
    assert calibrated.choice.method == method
    assert calibrated.covered.tolist() == (fold > 7).tolist()
    assert np.isnan(calibrated.probabilities).tolist() == (fold == 7).tolist()
    for later in range(8, 12):
        before, rows = fold < later, fold == later
        expected = FITTER.fit(method, labels[before], probabilities[before]).apply(probabilities[rows])
        np.testing.assert_array_equal(calibrated.probabilities[rows], expected)
    assert calibrated.calibrator == FITTER.fit(method, labels, probabilities)
    judged = calibrated.covered
    loss = METRICS.log_losses(labels[judged], calibrated.probabilities[judged]).mean()
    assert calibrated.choice.log_losses[method] == pytest.approx(loss, abs=1e-6)
    assert calibrated.choice.rows == judged.sum() == 800


@pytest.mark.parametrize("method", METHODS[1:])
def test_what_happens_later_does_not_change_what_was_said_of_earlier_rows(method):
    probabilities = spread(2000)
    labels, fold = drawn(probabilities**2), folds(2000)
    other = np.where(fold == 4, 1 - labels, labels).astype(np.int8)
    one, two = (choose_calibration(OneMethod(method), METRICS, known, probabilities, fold) for known in (labels, other))
    assert one.choice.method == two.choice.method == method
    assert one.calibrator != two.calibrator
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_the_order_of_rows_within_the_table_does_not_matter():
    probabilities, order = spread(2000), np.random.default_rng(4).permutation(2000)
    labels, fold = drawn(probabilities**2), folds(2000)
    one = choose_calibration(FITTER, METRICS, labels, probabilities, fold)
    two = choose_calibration(FITTER, METRICS, labels[order], probabilities[order], fold[order])
    np.testing.assert_allclose(two.probabilities, one.probabilities[order], atol=1e-6)
    assert two.choice.method == one.choice.method


def test_none_covers_every_row_since_nothing_was_learned():
    truth = spread(1500, 2)
    calibrated = next(
        found for found in (chosen(truth, truth, seed)[0] for seed in range(20)) if found.choice.method == "none"
    )
    assert calibrated.calibrator == Unchanged()
    assert calibrated.covered.all()
    np.testing.assert_array_equal(calibrated.probabilities, truth)
    assert set(calibrated.choice.log_losses) == set(METHODS)
    assert calibrated.choice.rows == 1200


def only_none(calibrated, rows):
    return (
        calibrated.calibrator == Unchanged()
        and calibrated.covered.all()
        and set(calibrated.choice.log_losses) == {"none"}
        and calibrated.choice.rows == rows
    )


def test_a_single_fold_and_too_few_rows_are_left_as_they_are():
    probabilities = spread(3000)
    labels = drawn(probabilities**3)
    assert only_none(choose_calibration(FITTER, METRICS, labels, probabilities, np.full(3000, 4)), 3000)
    few = slice(FEWEST_ROWS + 40)
    assert only_none(choose_calibration(FITTER, METRICS, labels[few], probabilities[few], folds(240)), 240)


@pytest.mark.parametrize("kind", [0, 1])
def test_too_few_of_a_class_are_left_as_they_are_and_enough_are_not(kind):
    probabilities = np.full(2000, 0.5)
    fold = np.repeat([0, 1], 1000)
    for of_class, is_enough in ((FEWEST_OF_A_CLASS - 1, False), (FEWEST_OF_A_CLASS, True)):
        labels = np.full(2000, 1 - kind, dtype=np.int8)
        labels[np.concatenate([np.arange(of_class), [1500]])] = kind
        calibrated = choose_calibration(FITTER, METRICS, labels, probabilities, fold)
        assert (calibrated.choice.method != "none") == is_enough


def test_folds_with_too_few_rows_before_them_are_not_judged_and_the_others_are():
    probabilities = spread(1000)
    labels, fold = drawn(probabilities**3), folds(1000, 10)
    calibrated = choose_calibration(FITTER, METRICS, labels, probabilities, fold)
    assert calibrated.choice.method != "none"
    assert calibrated.covered.tolist() == (fold >= 2).tolist()
    assert calibrated.choice.rows == 800
