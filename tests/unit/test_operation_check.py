"""The check of operations: what it asks about, and what honest columns explain."""

from dataclasses import replace

import numpy as np
import pytest

from delay_core import parse_schema
from delay_core.leakage import LeakageFinding, independent_auc
from delay_core.training.operation_check import OperationCheck
from fakes.leakage_probe import LeakageProbe
from unit.test_model_card import RESULT

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: planned, stage: dispatch}
label: {column: late}
derived: {delay: {days: [planned, left]}}
columns:
  planned: {role: timestamp}
  left: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, available_at: delivered}
""",
    "parcels.yaml",
)
ROWS = 2_000
DRAW = np.random.default_rng(3)
MINUTES = DRAW.exponential(20, ROWS)
PLANNED = np.datetime64("2024-01-01T00:00:00") + DRAW.integers(0, 10**7, ROWS).astype("m8[s]")
COLUMNS = {
    "planned": PLANNED,
    "left": PLANNED + (60 * MINUTES).astype("m8[s]"),
    "weight": DRAW.normal(size=ROWS),
}
LATE = (MINUTES + DRAW.normal(0, 20, ROWS) > 30).astype(np.int8)
ALONE = (LeakageFinding(("planned",), 0.52, 0.5), LeakageFinding(("left",), 0.53, 0.5))


def check(labels=LATE, excused=()):
    return OperationCheck(SCHEMA, LeakageProbe, COLUMNS, labels, None, excused)


def test_a_difference_that_is_much_better_than_its_columns__raises_a_question():
    [suspect] = check().suspects(ALONE)
    assert suspect.columns == ("planned", "left")
    assert not suspect.is_leak
    assert suspect.question is not None
    assert suspect.question.startswith(
        "left \N{MINUS SIGN} planned predicts the outcome with an out-of-fold ROC-AUC of"
    )
    assert "Is left known at the prediction point (planned, dispatch)?" in suspect.question


def test_a_difference_that_a_derived_feature_is__raises_none():
    assert check().suspects([*ALONE, LeakageFinding(("delay",), 0.75, 0.7)]) == []


def test_a_recorded_reason_for_the_derived_feature__excuses_the_difference():
    assert check(excused=[{"planned", "left"}]).suspects(ALONE) == []


@pytest.mark.parametrize("seed", range(5))
def test_permuted_labels__raise_no_question(seed):
    assert check(np.random.default_rng(seed).permutation(LATE)).suspects([]) == []


def test_labels_of_one_class_among_the_screened_rows__measure_nothing():
    assert check(np.zeros(ROWS, dtype=np.int8)).strongest([]) == []


def test_an_operation__is_no_leak_if_its_columns_explain_it():
    labels = (MINUTES > 30).astype(np.int8)
    [leak] = check(labels).strongest(ALONE)
    assert leak.columns == ("planned", "left")
    strong = [LeakageFinding((name,), 0.98, 0.97) for name in ("planned", "left")]
    assert check(labels).strongest(strong) == []


@pytest.mark.parametrize(
    ("alone", "together"), [([], 0.5), ([0.9], 0.9), ([0.9, 0.4], 0.9), ([0.9, 0.9], 0.965), ([1.0, 0.9], 1.0)]
)
def test_independent_auc(alone, together):
    assert independent_auc(alone) == pytest.approx(together, abs=5e-4)


def test_the_training_report__has_the_questions():
    findings = (LeakageFinding(("weight",), 0.7, 0.6), *check().suspects(ALONE))
    report = replace(RESULT, leakage=findings).report("address", "bundle")
    assert [question.split(" predicts")[0] for question in report.questions] == ["left \N{MINUS SIGN} planned"]
