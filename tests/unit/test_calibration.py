"""Calibration maps: monotone, the same bits however rows come, whole as JSON."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from delay_core.calibration import (
    METHODS,
    BetaCalibration,
    IdentityCalibrator,
    IsotonicCalibration,
    LogOddsMap,
    PlattScaling,
    RecalibratedCalibrator,
    calibrator_from_json,
    calibrator_to_json,
    trained_calibrator,
)
from delay_core.calibration.log_odds import EPSILON, GRID_STEP
from delay_core.errors import BundleError
from support.call_counts import calls_in

STAIRS = IsotonicCalibration(x=(0.1, 0.25, 0.7, 0.9), y=(0.01, 0.3, 0.3, 0.95))
MAPS = [PlattScaling(a=1.7, b=-0.4), BetaCalibration(a=0.6, b=1.9, c=-0.5), STAIRS]
BENT = LogOddsMap(knots=(-1.5, 0.5), slopes=(0.4, 2.0, 0.8), intercept=1.4)
RECALIBRATED = RecalibratedCalibrator(base=STAIRS, log_odds_map=BENT)
PROBABILITIES = st.one_of(st.sampled_from([0.0, 1.0, 0.5, 5e-324, 1 - 2**-53, EPSILON]), st.floats(0, 1))
SLOPES = st.one_of(st.just(0.0), st.floats(0, 5), st.floats(0, 1e12))
INTERCEPTS = st.one_of(st.floats(-5, 5), st.floats(-1e12, 1e12))


@st.composite
def knots(draw):
    x = np.unique(np.array(draw(st.lists(st.integers(0, 2**40), min_size=1, max_size=12)))) * GRID_STEP
    y = np.sort(draw(st.lists(st.floats(EPSILON, 1 - EPSILON), min_size=len(x), max_size=len(x))))
    return IsotonicCalibration(x=tuple(x.tolist()), y=tuple(y.tolist()))


TRAINED = st.one_of(
    st.builds(PlattScaling, a=SLOPES, b=INTERCEPTS),
    st.builds(BetaCalibration, a=SLOPES, b=SLOPES, c=INTERCEPTS),
    knots(),
)


@st.composite
def log_odds_maps(draw):
    bends = draw(st.lists(st.floats(-14, 14), max_size=4, unique=True).map(sorted))
    slopes = draw(st.lists(SLOPES, min_size=len(bends) + 1, max_size=len(bends) + 1))
    return LogOddsMap(knots=tuple(bends), slopes=tuple(slopes), intercept=draw(INTERCEPTS))


ANY_MAP = st.one_of(TRAINED, st.builds(RecalibratedCalibrator, base=TRAINED, log_odds_map=log_odds_maps()))


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(truth, seed=0):
    return (np.random.default_rng(seed).random(len(truth)) < truth).astype(np.int8)


# Maps


@given(calibrator=ANY_MAP, values=st.lists(PROBABILITIES, min_size=1, max_size=20))
def test_calibrator__is_monotonic_between_adjacent_numbers(calibrator, values):
    inputs = np.array([*values, *getattr(calibrator, "x", ())])
    rising = np.unique(np.clip([inputs, np.nextafter(inputs, 0), np.nextafter(inputs, 1)], 0, 1))
    calibrated = calibrator.apply(rising)
    assert (np.diff(calibrated) >= 0).all()
    assert (calibrated > 0).all()
    assert (calibrated < 1).all()


@given(calibrator=ANY_MAP)
def test_json_round_trip__keeps_the_calibrator(calibrator):
    again = calibrator_from_json(calibrator_to_json(calibrator))
    assert again == calibrator
    assert type(again) is type(calibrator)
    assert calibrator_to_json(again) == calibrator_to_json(calibrator)
    probabilities = np.linspace(0, 1, 101)
    assert again.apply(probabilities).tobytes() == calibrator.apply(probabilities).tobytes()


@pytest.mark.parametrize("calibrator", [IdentityCalibrator(), *MAPS, RECALIBRATED], ids=[*METHODS, "recalibrated"])
def test_calibrator__gives_the_same_bits_for_scalars_and_arrays(calibrator):
    probabilities = np.random.default_rng(1).random(10_007)
    calibrated = calibrator.apply(probabilities)
    assert (calibrated.dtype, calibrated.shape) == (np.float64, probabilities.shape)
    alone = np.concatenate([calibrator.apply(probabilities[at : at + 1]) for at in range(2000)])
    assert alone.tobytes() == calibrated[:2000].tobytes()
    for part in (slice(1, None), slice(5, 12), slice(None, None, 3), slice(None, None, -1), slice(9, None, -2)):
        assert calibrator.apply(probabilities[part]).tobytes() == calibrated[part].tobytes()
    table = np.stack([probabilities, probabilities], axis=1)
    assert calibrator.apply(table[:, 1]).tobytes() == calibrated.tobytes()


@pytest.mark.parametrize("calibrator", [IdentityCalibrator(), *MAPS, RECALIBRATED], ids=[*METHODS, "recalibrated"])
def test_calibrator__keeps_its_input_empty_arrays_and_nan(calibrator):
    probabilities = np.array([0.0, 0.3, np.nan, 1.0])
    probabilities.flags.writeable = False
    assert np.isnan(calibrator.apply(probabilities)).tolist() == [False, False, True, False]
    assert calibrator.apply(np.empty(0)).shape == (0,)


@pytest.mark.parametrize("calibrator", [*MAPS, RECALIBRATED], ids=[*METHODS[1:], "recalibrated"])
def test_map__works_on_whole_arrays(calibrator):
    few, many = (np.random.default_rng(2).random(rows) for rows in (10, 100_000))
    calibrator.apply(few)  # what is made once is made
    assert calls_in(lambda: calibrator.apply(many)) == calls_in(lambda: calibrator.apply(few))


def test_platt__is_linear_in_log_odds():
    calibrated = PlattScaling(a=2.0, b=-1.0).apply(np.array([0.2, 0.5, 0.9]))
    np.testing.assert_allclose(calibrated, [1 / (1 + 16 * np.e), 1 / (1 + np.e), 1 / (1 + np.e / 81)], rtol=1e-9)


def test_beta__with_equal_slopes_is_platt():
    probabilities = np.linspace(0.001, 0.999, 500)
    np.testing.assert_allclose(BetaCalibration(a=1, b=1, c=0).apply(probabilities), probabilities, rtol=1e-9)
    np.testing.assert_allclose(
        BetaCalibration(a=1.4, b=1.4, c=0.2).apply(probabilities),
        PlattScaling(a=1.4, b=0.2).apply(probabilities),
        rtol=1e-9,
    )
    calibrated = BetaCalibration(a=2, b=1, c=0.5).apply(np.array([0.3]))
    np.testing.assert_allclose(calibrated, sigmoid(2 * np.log(0.3) - np.log(0.7) + 0.5), rtol=1e-9)


def test_recalibrated__maps_the_log_odds_of_its_base():
    base = PlattScaling(a=1.3, b=0.2)
    probabilities = np.linspace(0.01, 0.99, 50)
    line = LogOddsMap(slopes=(0.5,), intercept=1.5)
    calibrated = RecalibratedCalibrator(base=base, log_odds_map=line).apply(probabilities)
    log_odds = 0.5 * (1.3 * np.log(probabilities / (1 - probabilities)) + 0.2) + 1.5
    np.testing.assert_allclose(calibrated, sigmoid(log_odds), rtol=1e-9)
    unchanged = RecalibratedCalibrator(base=base, log_odds_map=LogOddsMap()).apply(probabilities)
    np.testing.assert_allclose(unchanged, base.apply(probabilities), atol=1e-11)


def test_log_odds_map__rises_by_the_slope_of_each_segment():
    log_odds = np.array([-2.5, -1.5, 0.0, 0.5, 2.5])
    assert BENT(log_odds) == pytest.approx([-2.0, -1.6, 1.4, 2.4, 4.0])


@pytest.mark.parametrize("calibrator", [*MAPS, RECALIBRATED], ids=[*METHODS[1:], "recalibrated"])
def test_calibrator__is_equal_to_one_with_the_same_state_also_after_its_use(calibrator):
    used, other = (calibrator_from_json(calibrator_to_json(calibrator)) for _ in range(2))
    used.apply(np.array([0.5]))
    assert used == other
    assert hash(used) == hash(other)
    other.apply(np.array([0.5]))
    assert used == other
    assert used != IdentityCalibrator()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"knots": (1.0,), "slopes": (1.0,)}, "1 knots need one slope more, not 1"),
        ({"knots": (1.0, 1.0), "slopes": (1.0, 1.0, 1.0)}, "each knot must be higher than the one before"),
        ({"slopes": (-0.1,)}, "greater than or equal to 0"),
    ],
)
def test_log_odds_map__that_is_none_is_refused(content, error):
    with pytest.raises(ValueError, match=error):
        LogOddsMap(**content)


def test_trained_calibrator__is_the_base_of_a_recalibrated_one_and_else_itself():
    assert trained_calibrator(RECALIBRATED) == STAIRS
    assert trained_calibrator(STAIRS) == STAIRS


def test_isotonic__is_linear_between_knots_and_constant_outside():
    calibrated = STAIRS.apply(np.array([0.0, 0.1, 0.175, 0.25, 0.4, 0.7, 0.8, 0.9, 1.0]))
    np.testing.assert_allclose(calibrated, [0.01, 0.01, 0.155, 0.3, 0.3, 0.3, 0.625, 0.95, 0.95], rtol=1e-9)


def test_certain_predictions__are_clipped_by_one_in_a_million():
    calibrated = PlattScaling(a=1, b=0).apply(np.array([0.0, 1.0]))
    np.testing.assert_allclose(calibrated, [EPSILON, 1 - EPSILON], rtol=1e-9)


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
    "recalibrated twice": b'{"method":"recalibrated","a":1.0,"b":0.0,"base":'
    b'{"method":"recalibrated","a":1.0,"b":0.0,"base":{"method":"none"}}}',
    "recalibrated without a base": b'{"method":"recalibrated","a":1.0,"b":0.0}',
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
def test_other_json__is_refused(content):
    with pytest.raises(BundleError, match=r"calibrator\.json is not a calibrator's state"):
        calibrator_from_json(content)


def test_decreasing_knots__are_named():
    content = json.dumps({"method": "isotonic", "x": [0.1, 0.2, 0.3], "y": [0.3, 0.5, 0.4]}).encode()
    with pytest.raises(BundleError, match="y does not rise from knot 1"):
        calibrator_from_json(content)


def test_calibrator__is_immutable():
    with pytest.raises(ValueError, match="frozen"):
        STAIRS.x = (0.5,)
