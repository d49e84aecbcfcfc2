"""Plans of `make bench-worklist`: on whom is acted, what it saved, and how plans are compared."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.worklist.hand_made_orders import MIN_DELIVERIES, late_rates
from benchmarks.worklist.plans import OpenShipments, Order, gain_over_best, join, share_of
from delay_core.schema import Costs

COSTS = Costs(missed_delay=10, needless_action=1, currency="EUR")
TWO_DAYS = OpenShipments.of(pd.Series(["tue", "mon", "mon", "mon", "tue"]), np.array([1, 0, 1, 0, 0], dtype=np.int8))


def test_plan__acts_on_the_first_shipments_of_each_day():
    order = Order.by_hand(np.array([0.1, 0.3, 0.2, 0.1, 0.9]))
    assert sorted(TWO_DAYS.acted_on(order, 1)) == [1, 4]
    assert sorted(TWO_DAYS.acted_on(order, 2)) == [0, 1, 2, 4]


def test_worklist__leaves_alone_a_shipment_for_which_waiting_is_cheaper():
    order = Order.by_saving(np.array([0.05, 0.2, 0.3, 0.01, 0.02]), COSTS)
    assert sorted(TWO_DAYS.acted_on(order, 2)) == [1, 2]


def test_realized_savings__are_what_the_outcomes_cost_without_action():
    savings = TWO_DAYS.realized_savings(Order.by_hand(np.array([1.0, 0.0, 1.0, 1.0, 0.0])), 2, COSTS)
    assert savings.tolist() == [10 - 1, 10 - 1]


def test_join__keeps_the_days_of_two_tables_apart():
    joined = join([TWO_DAYS, TWO_DAYS])
    assert joined.periods == 4
    assert joined.realized_savings(Order.by_hand(np.ones(10)), 3, COSTS).tolist() == [8, 9, 8, 9]


@pytest.mark.parametrize(("share", "capacity"), [(0.4, 1), (0.8, 2), (0.01, 1)])
def test_capacity__is_a_share_of_an_average_day_and_at_least_one(share, capacity):
    assert TWO_DAYS.capacity(share) == capacity


def test_share_and_gain__are_paired_by_day():
    whole = np.array([4.0, 8.0, 2.0, 6.0])
    assert (share_of(whole / 2, whole, 0).low, share_of(whole / 2, whole, 0).high) == (0.5, 0.5)
    gain = gain_over_best(whole + 1, {"worse": whole - 9, "best": whole}, 0)
    assert (gain.low, gain.value, gain.high) == (4, 4, 4)


def test_late_rates__of_few_or_unknown_deliveries_are_those_of_all():
    history = pd.DataFrame(
        {"Vendor": ["many"] * MIN_DELIVERIES + ["few"], "late": [1.0] * (MIN_DELIVERIES // 2) + [0.0] * 11}
    )
    rates = late_rates(history, pd.DataFrame({"Vendor": ["new", "many", "few"]}), ("Vendor",))
    assert rates == pytest.approx([10 / 21, 0.5, 10 / 21])
