"""Performance of served predictions: what counts when, and figures that are right where naive ones are not."""

from dataclasses import replace

import numpy as np
import pytest

from delay_core.evaluation import METRICS, RankedRows
from delay_core.monitoring.performance import PerformanceAssessment, PerformancePolicy
from delay_core.monitoring.performance.maturity import SettledCohort
from delay_core.schema import Costs, Label
from support.cohorts import DAY, simulate_cohort

DATES = Label(actual="Delivered", promised="Promised")
FLAG = Label(column="Late")
COSTS = Costs(missed_delay=100, needless_action=20, currency="EUR")
assess = PerformanceAssessment(FLAG, COSTS)


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch):
    """Intervals are not what most of these tests are about."""
    monkeypatch.setattr("delay_core.evaluation.bootstrap.RESAMPLES", 60)


def at(hour):
    return DAY + int(hour * 3600) * np.timedelta64(1_000_000, "us")


def truth(simulated):
    """ROC-AUC, Brier and late rate of a world in which the true probabilities decide, by definition."""
    p, q = simulated.probability, simulated.true_probability
    order = np.argsort(p)
    q_sorted = q[order]
    pairs = (q_sorted * np.concatenate([[0], np.cumsum(1 - q_sorted)[:-1]])).sum()
    auc = pairs / (q.sum() * (1 - q).sum())
    return {"roc_auc": auc, "brier": float((p * p - 2 * p * q + q).mean()), "late_rate": float(q.mean())}


def value(figures, name):
    return figures.figures[name].value


def test_an_outcome__counts_from_its_deadline_on_although_punctual_ones_are_known_before():
    simulated = simulate_cohort(400, 1)
    cohort = simulated.at(100)

    rows = SettledCohort.at(cohort, at(100), FLAG, PerformancePolicy())

    assert rows.maturity == (simulated.deadline <= 100).mean()
    np.testing.assert_array_equal(rows.settled, simulated.deadline <= 100)
    assert rows.known.sum() > rows.settled.sum()
    assert (rows.overdue, rows.inferred) == (0, 0)


@pytest.mark.parametrize(
    ("label", "inferred"),
    [(DATES, 5), (FLAG, 0), (Label(actual="Delivered", promised="Promised", overdue="open"), 0)],
)
def test_a_mature_row_without_outcome__is_late_by_definition_after_the_grace_where_dates_say_so(label, inferred):
    simulated = simulate_cohort(400, 1)
    never_reported = np.argsort(simulated.deadline)[:10]
    known_hour = simulated.known_hour.copy()
    known_hour[never_reported] = np.inf
    silent = replace(simulated, known_hour=np.where(np.isinf(known_hour), 1e9, known_hour))
    now = simulated.deadline[never_reported[4]] + 24  # the grace of five of them is over

    rows = SettledCohort.at(silent.at(now), at(now + 1e-3), label, PerformancePolicy())

    assert rows.overdue == 10
    assert rows.inferred == inferred
    assert rows.settled[never_reported].tolist() == [k < inferred for k in range(10)]
    assert (rows.cohort.late[never_reported[:inferred]] == 1).all()


def test_all_outcomes_known__realized_is_what_the_metrics_say():
    simulated = simulate_cohort(600, 2)
    result = assess(simulated.at(1e6), at(1e6))

    ranked = RankedRows(simulated.late, simulated.probability)
    for metric in METRICS:
        assert value(result.realized, metric.name) == pytest.approx(metric.value(ranked), abs=1e-6)
    assert value(result.realized, "late_rate") == pytest.approx(simulated.late.mean(), abs=1e-6)
    assert (result.realized.rows, result.realized.late) == (600, simulated.late.sum())
    assert result.realized == result.naive == result.without_actions
    assert all(e.low <= e.value <= e.high for name, e in result.realized.figures.items() if name != "ece")
    assert result.maturity == 1


def test_savings__are_the_cost_per_shipment_below_the_cheaper_of_none_and_all():
    simulated = simulate_cohort(600, 2)
    act, late = simulated.probability >= 20 / 120, simulated.late == 1
    cost = 100 * (late & ~act).mean() + 20 * (~late & act).mean()

    result = assess(simulated.at(1e6), at(1e6))

    expected = min(100 * late.mean(), 20 * (~late).mean()) - cost
    assert value(result.realized, "savings") == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("lead", [{"seen": 0.8, "error": 0.3}, {"unseen": 0.5}])
def test_realized__is_right_when_70_percent_are_mature_and_long_deadlines_are_late_more_often(lead):
    simulated = simulate_cohort(8_000, 12, **lead)
    hour = simulated.matured(0.7)

    result = PerformanceAssessment(FLAG, COSTS)(simulated.at(hour), at(hour + 1e-3))

    true = truth(simulated)
    assert result.maturity == pytest.approx(0.7, abs=0.001)
    for name in ("late_rate", "brier"):
        assert abs(value(result.realized, name) - true[name]) < 0.01
        assert result.realized.figures[name].low < true[name] < result.realized.figures[name].high
    assert abs(value(result.naive, "late_rate") - true["late_rate"]) > 0.05


def test_actions__do_not_change_the_figures_without_actions_but_those_of_all_outcomes():
    simulated = simulate_cohort(8_000, 5, acting=0.6)

    result = assess(simulated.at(1e6), at(1e6))

    auc = truth(simulated)["roc_auc"]
    assert result.acted_on == simulated.acted_on.sum() > 800
    assert abs(value(result.without_actions, "roc_auc") - auc) < 0.01
    assert value(result.naive, "roc_auc") < auc - 0.03
    assert result.without_actions.rows == 8_000 - result.acted_on


def test_where_somebody_acted_on_all_of_the_high_ones__their_calibrated_probability_stands():
    simulated = simulate_cohort(8_000, 6)
    acted_on = simulated.probability > 0.5
    cured = replace(simulated, acted_on=acted_on, late=np.where(acted_on, 0, simulated.late).astype(np.int8))

    result = assess(cured.at(1e6), at(1e6))

    assert abs(value(result.without_actions, "roc_auc") - truth(simulated)["roc_auc"]) < 0.01


@pytest.mark.parametrize(("rows", "share"), [(199, 1.0), (1000, 0.4), (0, 1.0)])
def test_few_outcomes__have_no_realized_figures(rows, share):
    simulated = simulate_cohort(max(rows, 1), 7)
    cohort = simulated.at(1e6) if share == 1 else simulated.at(simulated.matured(share))
    if not rows:
        cohort = type(cohort)(**{name: values[:0] for name, values in vars(cohort).items()})

    result = assess(cohort, at(1e6 if share == 1 else simulated.matured(share)))

    assert result.rows == rows
    assert result.realized is None
    assert result.without_actions is None


def test_without_late_rows__nothing_is_ranked():
    simulated = simulate_cohort(300, 8)
    punctual = replace(simulated, late=np.zeros(300, dtype=np.int8))

    figures = assess(punctual.at(1e6), at(1e6)).realized.figures

    assert set(figures) == {"brier", "log_loss", "ece", "late_rate", "savings"}
    assert (figures["late_rate"].value, figures["late_rate"].low) == (0, 0)
    assert 0.01 < figures["late_rate"].high < 0.02


def test_late_rows_of_one_group__which_many_draws_lack_have_intervals():
    simulated = simulate_cohort(300, 8)
    late = np.arange(300) < 12
    cohort = replace(simulated, late=late.astype(np.int8)).at(1e6)

    figures = assess(replace(cohort, group=np.maximum(cohort.group, 11)), at(1e6)).realized.figures

    assert all(np.isfinite([estimate.low, estimate.high]).all() for estimate in figures.values())


def test_slices__have_the_realized_figures_of_their_rows():
    simulated = simulate_cohort(900, 9)
    mode = np.array(["sea", "air", None], dtype=object)[np.arange(900) % 3]

    result = assess(simulated.at(1e6), at(1e6), slice_columns={"Mode": mode})

    assert [(part.column, part.realized.rows) for part in result.slices] == [("Mode", 300)] * 3
    sea = next(part for part in result.slices if part.value == "sea")
    assert value(sea.realized, "late_rate") == pytest.approx(simulated.late[mode == "sea"].mean(), abs=1e-6)


def test_an_assessment__is_deterministic():
    simulated = simulate_cohort(500, 10, seen=0.5, acting=0.5)
    hour = simulated.matured(0.8)

    assert assess(simulated.at(hour), at(hour)) == assess(simulated.at(hour), at(hour))


def test_grouped_rows__have_wider_intervals():
    cohort = simulate_cohort(500, 11).at(1e6)
    order = np.argsort(cohort.late, kind="stable")
    grouped = replace(cohort, group=np.argsort(order) // 5)  # rows of a group have the same outcome

    single, wide = (assess(rows, at(1e6)).realized.figures["late_rate"] for rows in (cohort, grouped))

    assert wide.high - wide.low > 1.8 * (single.high - single.low)
