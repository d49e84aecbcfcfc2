"""The model card says what was measured, and nothing of a table becomes markup."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from delay_core import load_schema
from delay_core.evaluation import ConformalCoverage, Estimate, MetricEstimates, SavingsReport, SliceResult
from delay_core.leakage import LeakageFinding
from delay_core.left_out import LeftOutCause
from delay_core.model_card import model_card
from delay_core.model_card.markdown import escape
from delay_core.reports import (
    CalendarChoice,
    CalendarTrial,
    CalibrationChoice,
    HoldoutMetrics,
    Importance,
    IngestReport,
    PreprocessReport,
    RecentRate,
    RowCounts,
    TrainingResult,
    Trial,
    Window,
)
from delay_core.schema import Label


def estimate(value):
    return Estimate(value=value, low=value - 0.01, high=value + 0.01)


def estimates(value):
    return MetricEstimates(dict.fromkeys(("roc_auc", "pr_auc", "brier", "log_loss", "ece"), estimate(value)))


def window(rows, late, day):
    return Window(
        rows=rows, late=late, start=datetime(2024, 1, day, tzinfo=UTC), end=datetime(2024, 2, day, tzinfo=UTC)
    )


def slice_result(value, gain):
    return SliceResult(
        column="Lane",
        value=value,
        rows=60,
        late=20,
        mean_probability=0.3,
        estimates=None,
        gain=estimate(gain),
    )


BEST = Trial(
    family="random_forest", parameters={"n": 3}, half_life=0.25, log_losses=(0.5, 0.4), rounds=None, pruned=False
)
RESULT = TrainingResult(
    schema=load_schema("smart_logistics"),
    ingested=IngestReport(
        address="a", source="https://somewhere/table.csv", source_digest="d", schema_digest="e",
        rows=RowCounts(read=1100, accepted=1000, quarantined=90, excluded=10), late=300, on_time=690, open=10,
        problems={"Humidity: out of range": 90},
    ),
    prepared=PreprocessReport(
        address="p", ingested="a",
        windows={"train": window(420, 100, 1), "validation": window(420, 120, 2), "test": window(145, 50, 3)},
        purged=5, open=10, left_out={LeftOutCause.NO_OUTCOME: 10, LeftOutCause.GROUP_SPANS_CUT: 5},
        features=("x", "y"), made_from={"Lane": 1, "Weight": 1},
        refused={"Status": "known too late"},
    ),
    trials=(BEST, BEST.model_copy(update={"pruned": True})),
    best=(BEST,),
    winner=BEST,
    members=(),
    parity=1e-7,
    validation={"random_forest": estimates(0.71), "baseline": estimates(0.5)},
    calendar=CalendarChoice(
        left_out=("Sent: trend",),
        trials=(
            CalendarTrial(left_out=("Sent: hour",), newest=-0.01, by_family={}),
            CalendarTrial(left_out=("Sent: trend",), newest=0.02, by_family={"random_forest": 0.0123}),
        ),
    ),
    calibration=CalibrationChoice(method="platt", log_losses={"none": 0.52, "platt": 0.51}, rows=400),
    test=HoldoutMetrics(
        winner=estimates(0.72), baseline=estimates(0.5), recent=estimates(0.6), oracle=estimates(0.99),
        gain_over_baseline=estimate(0.1), gain_over_recent=estimate(0.05),
        recent_rate=RecentRate(window=200, keys=("Lane", "Port")),
    ),
    label_sets=ConformalCoverage(
        level=0.9, coverage=estimate(0.91), coverage_late=estimate(0.92), coverage_on_time=None,
        says_late=0.2, says_on_time=0.5, cannot_tell=0.3,
    ),
    slices=(slice_result("north", 0.3), slice_result("south", -0.2)),
    savings=SavingsReport(
        missed_delay=300, needless_action=40, currency="EUR", act_above=0.1176, acted_on=60, model=12.5, none=100.0,
        all=26.0, baseline=26.0, saved=estimate(13.5),
    ),
    importances=(Importance(source="Weight", points=12.3), Importance(source="Lane", points=0.4)),
    leakage=(
        LeakageFinding(("Weight",), 0.7, 0.65),
        LeakageFinding(("Due", "Paid"), 0.8, 0.77, "Paid / Due", "Are Due and Paid known?"),
    ),
    trainer="trees 1",
    seed=7,
)  # fmt: skip
CARD = model_card(RESULT)


@pytest.mark.parametrize(
    "text",
    [
        "Will a shipment be late? Random forest for smart_logistics",
        "the probability that Logistics_Delay will be 1",
        "| random forest | 0.720 [0.710, 0.730]",
        "The log-loss is lower than the baseline's by 0.100 [0.090, 0.110]",
        "| recent rate | 0.600 [0.590, 0.610]",
        "than the recent late rate's by 0.050 [0.040, 0.060]",
        "is the late rate of the latest 200 known outcomes by Lane, Port, each time",
        "| Weight | 12.3 |",
        "A missed delay costs 300 EUR, a needless action 40 EUR. Acting pays from a probability of 0.12",
        "| as the model advises | 12.500 |",
        "Saving per shipment compared with the cheapest of the other three: 13.500 [13.490, 13.510] EUR",
        "| late ones | 0.920 [0.910, 0.930] |",
        "| on-time ones | – |",
        "no split has these: 10 rows have no outcome yet; 5 rows share their group with a row of the test split",
        "cannot tell for 30.0%",
        "calibrated by platt",
        "The model does not have Sent: trend.",
        "| Sent: hour | -0.0100 | – |",
        "| Sent: trend | +0.0200 | random forest +0.0123 |",
        "The search tried 2 parameter sets",
        "1 parameter set was dropped",
        "row weights with a half-life of 0.25 of the training window",
        "| test | 2024-01-03 | 2024-02-03 | 145 | 34.5% |",
        "1,100 rows were read: 1,000 accepted, 90 quarantined, 10 excluded",
        "- Status: known too late",
        "- column Weight: out-of-fold ROC-AUC 0.700 (lower bound 0.650)",
        "- Paid / Due: out-of-fold ROC-AUC 0.800 (lower bound 0.770)",
        "- Are Due and Paid known?",
        "Settings: 2 trials, seed 7",
        "Software: trees 1",
    ],
)
def test_the_card__says_what_was_measured(text):
    assert text in CARD


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (Label(late_column="delay", late=("R", "X"), on_time_column="on", on_time=("G",)), "delay will be R or X. Sch"),
        (Label(late_column="delay", on_time_column="on"), "the probability that delay will be 1. "),
        (
            Label(delay="late by", unit="hours", tolerance=timedelta(minutes=90)),
            "late by will be more than 1.5 hours. ",
        ),
        (Label(actual="arrived", promised="due"), "arrived will be later than due. "),
    ],
)
def test_the_card__says_what_late_means(label, text):
    schema = RESULT.schema.model_copy(update={"label": label})
    assert text in model_card(dataclasses.replace(RESULT, schema=schema))


def test_the_card__says_where_rows_are_too_few_to_calibrate():
    none = CalibrationChoice(method="none", log_losses={"none": 0.52}, rows=40)
    card = model_card(dataclasses.replace(RESULT, calibration=none))
    assert "unchanged: no fold has enough earlier shipments" in card
    assert "by more than noise, and on every fold" in model_card(RESULT)


def test_slices__start_with_the_worst():
    assert CARD.index("Lane = south") < CARD.index("Lane = north")


def test_slices__are_thirty_at_most_and_the_others_are_counted():
    card = model_card(dataclasses.replace(RESULT, slices=tuple(slice_result(f"lane {n}", n / 100) for n in range(33))))
    assert card.count("| Lane = lane") == 30
    assert "… and 3 more with a larger gain" in card


def test_the_card__has_nothing_that_the_digest_must_not_depend_on():
    assert "somewhere" not in CARD
    assert "0.990" not in CARD  # the oracle
    assert model_card(dataclasses.replace(RESULT, test=RESULT.test.model_copy(update={"oracle": None}))) == CARD


def test_savings__name_no_money_without_costs():
    free = RESULT.savings.model_copy(update={"currency": None, "missed_delay": 1.0, "needless_action": 1.0})
    card = model_card(dataclasses.replace(RESULT, savings=free))
    assert "The schema states no costs" in card
    assert "EUR" not in card


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("a|b", r"a\|b"),
        ("<b>x</b>", r"\<b\>x\</b\>"),
        ("two\nlines", "two lines"),
        ("`code` *loud* [link](x)", r"\`code\` \*loud\* \[link\](x)"),
        ("Traffic_Status", "Traffic_Status"),
        ("_quiet_", r"\_quiet\_"),
    ],
)
def test_escape__makes_no_markup_of_a_value(value, escaped):
    assert escape(value) == escaped
