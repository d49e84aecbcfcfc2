"""Decisions weigh a probability against what mistakes cost; savings say what that was worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from delay_core.decision import decide
from delay_core.evaluation import RESAMPLES, realized_savings
from delay_core.schema import Costs

RANDOM = np.random.default_rng(23)
PRICES = st.floats(1e-6, 1e6)
PROBABILITY = st.just(0.0) | st.floats(1e-290, 1)  # costs of smaller ones would be subnormal, which have fewer bits
PROBABILITIES = st.lists(PROBABILITY, min_size=1, max_size=40).map(np.array)


def euros(missed_delay, needless_action):
    return Costs(missed_delay=missed_delay, needless_action=needless_action, currency="EUR")


def realised(labels, act, costs):
    """Cost of all rows, one at a time, by the words of the two costs."""
    total = 0.0
    for late, acted in zip(labels, act, strict=True):
        if late and not acted:
            total += costs.missed_delay
        elif acted and not late:
            total += costs.needless_action
    return total


def test_decide__gives_the_expected_cost_of_both_choices():
    decided = decide(np.array([0.0, 0.05, 0.5, 1.0]), euros(300, 40))
    assert decided.act.tolist() == [False, False, True, True]
    assert decided.act_above == pytest.approx(40 / 340)
    assert decided.if_waiting == pytest.approx([0, 15, 150, 300])
    assert decided.if_acting == pytest.approx([40, 38, 20, 0])
    assert decided.saving == pytest.approx([40, 23, 130, 300])
    assert decided.currency == "EUR"


def test_decide__without_costs_weighs_both_mistakes_alike_in_no_currency():
    decided = decide(np.array([0.49, 0.5, 0.51]), None)
    assert decided.act.tolist() == [False, True, True]
    assert (decided.act_above, decided.currency) == (0.5, None)
    assert decided.saving == pytest.approx([0.02, 0.0, 0.02])


@given(PRICES, PRICES)
def test_decide__acts_at_the_threshold_and_waits_just_below(missed, needless):
    above = euros(missed, needless).act_above
    decided = decide(np.array([above, np.nextafter(above, 0)]), euros(missed, needless))
    assert decided.act.tolist() == [True, False]
    assert decided.if_acting[0] == pytest.approx(decided.if_waiting[0], abs=1e-12 * (missed + needless))


@given(PROBABILITIES, PRICES, PRICES)
def test_decide__chooses_the_cheaper_and_saves_the_difference(probabilities, missed, needless):
    decided = decide(probabilities, euros(missed, needless))
    chosen = np.where(decided.act, decided.if_acting, decided.if_waiting)
    other = np.where(decided.act, decided.if_waiting, decided.if_acting)
    last_bits = 1e-12 * (missed + needless)
    assert (chosen <= other + last_bits).all()
    assert decided.saving == pytest.approx(other - chosen, abs=last_bits)
    assert (decided.saving >= 0).all()


@given(PROBABILITIES, PRICES, PRICES, st.floats(0, 1))
def test_the_threshold__has_the_lowest_expected_cost(probabilities, missed, needless, other):
    decided = decide(probabilities, euros(missed, needless))
    best = np.where(decided.act, decided.if_acting, decided.if_waiting).sum()
    elsewhere = np.where(probabilities >= other, decided.if_acting, decided.if_waiting).sum()
    assert best <= elsewhere * (1 + 1e-12)


@given(PROBABILITIES, PRICES, PRICES, st.floats(1.01, 100))
def test_actions__increase_with_the_cost_of_delays_only(probabilities, missed, needless, times):
    usual = decide(probabilities, euros(missed, needless))
    dear_delays = decide(probabilities, euros(missed * times, needless))
    dear_actions = decide(probabilities, euros(missed, needless * times))
    assert dear_delays.act_above < usual.act_above < dear_actions.act_above
    assert (dear_delays.act >= usual.act).all()
    assert (dear_actions.act <= usual.act).all()


@given(PROBABILITIES, PRICES, PRICES, st.integers(-20, 20))
def test_another_currency_unit__scales_costs_and_changes_no_decision(probabilities, missed, needless, power):
    unit = 2.0**power  # a power of two, so that the last bits agree too
    one, other = (
        decide(probabilities, euros(missed, needless)),
        decide(probabilities, euros(missed * unit, needless * unit)),
    )
    assert (one.act == other.act).all()
    assert (one.saving * unit == other.saving).all()
    assert (one.if_waiting * unit == other.if_waiting).all()


def test_decide__accepts_a_last_bit_outside_and_refuses_more():
    decided = decide(np.array([1 + 2e-16, -1e-17]), euros(300, 40))
    assert decided.if_acting[0] == decided.if_waiting[1] == 0
    for wrong in (np.nan, np.inf, -0.01, 1.01):
        with pytest.raises(
            ValueError, match=r"row 1: .* is not a probability; it must lie between 0 and 1 \(1 such rows\)"
        ):
            decide(np.array([0.2, wrong]), None)


def test_float32__decides_at_the_same_threshold():
    above = euros(300, 40).act_above
    just_below = np.array([np.nextafter(np.float32(above), np.float32(0))])
    assert decide(just_below, euros(300, 40)).act.tolist() == [bool(float(just_below[0]) >= above)]


def test_decide__accepts_no_shipments():
    assert decide(np.array([]), None).act.tolist() == []


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), True])
@pytest.mark.parametrize("which", ["missed_delay", "needless_action"])
def test_costs__must_be_positive_and_finite(which, wrong):
    with pytest.raises(ValidationError, match=which):
        Costs(**{"missed_delay": 300, "needless_action": 40, "currency": "EUR", which: wrong})


def test_costs__need_a_currency():
    with pytest.raises(ValidationError, match="currency"):
        Costs(missed_delay=300, needless_action=40)


ROWS = 3_000
TRUTH = RANDOM.beta(1, 4, ROWS)
LATE = (RANDOM.random(ROWS) < TRUTH).astype(np.int8)
RATE = np.full(ROWS, LATE.mean())


def test_savings__are_those_of_shipments_counted_one_by_one():
    costs = euros(300, 40)
    savings = realized_savings(LATE, TRUTH, RATE, costs, seed=1)
    act = decide(TRUTH, costs).act
    by_hand = {
        "model": act,
        "none": np.zeros(ROWS, dtype=bool),
        "all": np.ones(ROWS, dtype=bool),
        "baseline": costs.act_above <= RATE,
    }
    for name, acted in by_hand.items():
        assert getattr(savings, name) == pytest.approx(realised(LATE, acted, costs) / ROWS, abs=1e-6)
    assert savings.saved.value == pytest.approx(
        min(savings.none, savings.all, savings.baseline) - savings.model, abs=2e-6
    )
    assert savings.acted_on == act.sum()
    assert (savings.missed_delay, savings.needless_action, savings.currency) == (300, 40, "EUR")
    assert savings.act_above == costs.act_above
    assert 0 < savings.saved.low < savings.saved.value < savings.saved.high


def test_the_interval__is_that_of_rows_drawn_and_counted_one_by_one():
    costs, draw, drawn = euros(5, 1), np.random.default_rng(3), []
    acts = [decide(TRUTH, costs).act, np.zeros(ROWS, bool), np.ones(ROWS, bool)]
    price = np.where(LATE == 1, 5.0, 1.0)
    wrong = np.stack([np.where((LATE == 1) != act, price, 0.0) for act in acts], axis=1)
    for _ in range(RESAMPLES):
        model, *others = wrong[draw.integers(0, ROWS, ROWS)].mean(axis=0)
        drawn.append(min(others) - model)
    savings = realized_savings(LATE, TRUTH, RATE, costs, seed=3).saved
    assert [savings.low, savings.high] == pytest.approx(np.quantile(drawn, [0.025, 0.975]), abs=1e-6)


def test_savings__without_costs_are_in_units_of_a_needless_action():
    savings = realized_savings(LATE, TRUTH, RATE, None, seed=1)
    assert (savings.missed_delay, savings.needless_action, savings.currency, savings.act_above) == (1, 1, None, 0.5)
    assert savings.none == pytest.approx(LATE.mean(), abs=1e-6)
    assert savings.all == pytest.approx(1 - LATE.mean(), abs=1e-6)


def test_a_model_equal_to_the_baseline__saves_exactly_nothing():
    """Whichever of none and all is cheaper: in no draw does the model cost less than the cheapest of the three."""
    savings = realized_savings(LATE, RATE, RATE, None, seed=1)
    assert savings.model == savings.baseline
    assert (savings.saved.low, savings.saved.value, savings.saved.high) == (0, 0, 0)


def test_a_confidently_wrong_model__loses_significantly():
    assert realized_savings(LATE, 1 - TRUTH, RATE, None, seed=1).saved.high < 0


def test_another_currency_unit__scales_savings():
    one, other = (realized_savings(LATE, TRUTH, RATE, euros(3 * unit, unit), seed=1) for unit in (1, 1024))
    assert other.saved.value == pytest.approx(one.saved.value * 1024, rel=1e-4)
    assert other.saved.low == pytest.approx(one.saved.low * 1024, rel=1e-3)
    assert other.acted_on == one.acted_on


def test_the_interval__is_the_same_for_the_same_seed():
    one, two, other = (realized_savings(LATE, TRUTH, RATE, None, seed=seed) for seed in (1, 1, 2))
    assert one == two != other


def test_repeated_rows__do_not_narrow_the_interval_of_groups():
    costs = euros(4, 1)
    once = realized_savings(LATE, TRUTH, RATE, costs, seed=1)
    many = [np.repeat(values, 9) for values in (LATE, TRUTH, RATE)]
    blind = realized_savings(*many, costs, seed=1).saved
    grouped = realized_savings(*many, costs, seed=1, groups=np.repeat(np.arange(ROWS) * 5 + 2, 9))
    assert blind.high - blind.low == pytest.approx((once.saved.high - once.saved.low) / 3, rel=0.2)
    assert (grouped.saved, grouped.model) == (once.saved, once.model)


def true_saving(missed):
    """Per shipment with a truth of beta(1, 4), a needless action costing 1; the model's own cost is integrated."""
    p = (np.arange(200_000) + 0.5) / 200_000
    return min(0.8, 0.2 * missed) - float((np.minimum(missed * p, 1 - p) * 4 * (1 - p) ** 3).mean())


def intervals(missed):
    """Of 200 tables of 1,000 shipments."""
    draw = np.random.default_rng(7)
    for seed in range(200):
        truth = draw.beta(1, 4, 1_000)
        late = (draw.random(1_000) < truth).astype(np.int8)
        yield realized_savings(late, truth, np.full(1_000, 0.2), euros(missed, 1), seed=seed).saved


def test_the_interval__has_its_coverage_where_one_strategy_is_the_cheapest():
    """It should miss the true saving in 10 of 200 tables; more than 20 is not chance."""
    expected = true_saving(12)
    assert 2 <= sum(not estimate.low <= expected <= estimate.high for estimate in intervals(12)) <= 20


def test_the_interval__is_conservative_where_two_strategies_cost_the_same():
    """At these costs acting on all and on none cost the same, and the cheapest of a table is the luckier one."""
    expected = true_saving(4)
    assert sum(estimate.low > expected for estimate in intervals(4)) <= 10


@pytest.mark.parametrize("late", [0, 1])
def test_savings__exist_for_rows_of_one_class(late):
    savings = realized_savings(np.full(80, late, dtype=np.int8), np.full(80, 0.7), np.full(80, 0.3), None, seed=1)
    assert (savings.model, savings.none, savings.all, savings.baseline) == (1 - late, late, 1 - late, late)
    assert savings.saved.low == savings.saved.value == savings.saved.high == late - 1
