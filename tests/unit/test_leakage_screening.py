"""The check of a schema against a table refuses what a training would: columns and operations that are the outcome."""

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.splits import SplitPolicy
from delay_core.training.leakage_screening import LeakageScreening
from delay_core.training.row_sample import MAX_SAMPLED_ROWS, RowSample
from delay_core.use_cases.check_schema import CheckSchema
from fakes import progress, shipment_source
from fakes.leakage_probe import LeakageProbe

MINUS = "\N{MINUS SIGN}"
ROWS = 400
DRAW = np.random.default_rng(5)
LATE = DRAW.random(ROWS) < 0.4
WEIGHT = DRAW.lognormal(3, 1, ROWS)
PLANNED = DRAW.integers(0, 1440, ROWS)
CODE = DRAW.integers(0, 30, ROWS)
YAML = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late, known_after: PT1H}
key: parcel
columns:
  parcel: {role: identifier}
  sent: {role: timestamp}
  late: {role: label}
  weight: {role: numeric}
"""


def hhmm(minutes):
    return [f"{minute % 1440 // 60 * 100 + minute % 60}" for minute in minutes]


def check(probe=LeakageProbe, **columns):
    """The check of a table with these columns, each beside its entry in the schema."""
    rows = pd.DataFrame(
        {
            "parcel": [str(number) for number in range(ROWS)],
            "sent": pd.date_range("2024-01-01", periods=ROWS, freq="7h").strftime("%Y-%m-%dT%H:%M"),
            "late": LATE.astype(int).astype(str),
            "weight": WEIGHT.astype(str),
            **{name: values for name, (_, values) in columns.items()},
        },
        dtype=object,
    )
    schema = parse_schema(YAML + "".join(f"  {name}: {entry}\n" for name, (entry, _) in columns.items()), "p.yaml")
    return CheckSchema(shipment_source.ShipmentSource({"t": rows}), progress.Progress(), SplitPolicy(), probe)(
        schema, "t"
    )


NUMERIC, CATEGORICAL = "{role: numeric}", "{role: categorical}"
LEAKS = {
    "column status": {"status": (CATEGORICAL, np.where(LATE, "overdue", "fine"))},
    "column score": {"score": (NUMERIC, (LATE + DRAW.random(ROWS) / 2).astype(str))},
    f"left {MINUS} planned": {
        "planned": (NUMERIC, hhmm(PLANNED)),
        "left": (NUMERIC, hhmm(PLANNED + np.where(LATE, 30, -5))),
    },
    "other = depot": {
        "depot": (CATEGORICAL, [f"d{code}" for code in CODE]),
        "other": (CATEGORICAL, [f"d{code}" for code in np.where(LATE, (CODE + 7) % 30, CODE)]),
    },
    f"c {MINUS} a {MINUS} b": {
        "a": (NUMERIC, WEIGHT[::-1].astype(str)),
        "b": (NUMERIC, np.roll(WEIGHT, 9).astype(str)),
        "c": (NUMERIC, (WEIGHT[::-1] + np.roll(WEIGHT, 9) + np.where(LATE, 1, -1)).astype(str)),
    },
}


@pytest.mark.parametrize("subject", LEAKS)
def test_check__refuses_what_is_the_outcome(subject):
    refusal = check(**LEAKS[subject]).refusal
    assert refusal is not None
    assert refusal.startswith(f"{subject}: out-of-fold ROC-AUC ")
    assert "Declare when they are available (available_at)" in refusal


def test_check__does_not_measure_columns_with_a_recorded_reason():
    entry = "{role: numeric, leakage_override: the scale of the sorter knows it before}"
    assert check(score=(entry, LEAKS["column score"]["score"][1])).refusal is None


def test_check__asks_about_an_operation_that_is_suspiciously_good():
    left = PLANNED + np.where(LATE, 30, -5) + DRAW.normal(0, 25, ROWS).astype(int)
    report = check(planned=(NUMERIC, hhmm(PLANNED)), left=(NUMERIC, hhmm(left)))
    assert report.refusal is None
    [question] = [advice for advice in report.advice if "out-of-fold" in advice]
    assert question.startswith(f"left {MINUS} planned predicts the outcome with an out-of-fold ROC-AUC of 0.")


def test_check__passes_honest_columns_without_any_tree():
    """Trees need scikit-learn, which takes longer to import than the check itself."""
    strong = (LATE + DRAW.normal(0, 0.6, ROWS)).astype(str)
    report = check(probe=None, strong=(NUMERIC, strong), depot=(CATEGORICAL, [f"d{code}" for code in CODE]))
    assert report.refusal is None
    assert not any("out-of-fold" in advice for advice in report.advice)


def test_screening__needs_rows_of_both_outcomes():
    labels = np.array([1] * 4 + [0] * 96, dtype=np.int8)
    screening = LeakageScreening(parse_schema(YAML, "p.yaml"), LeakageProbe)
    assert screening({"weight": labels.astype(float)}, labels, None) == ()


@pytest.mark.parametrize(("chunk", "step"), [(MAX_SAMPLED_ROWS, 1), (MAX_SAMPLED_ROWS + 1, 2), (3_333, 4)])
def test_sample__is_every_row_up_to_a_limit_and_then_every_second(chunk, step):
    sample = RowSample()
    rows = MAX_SAMPLED_ROWS * step // 2 + 7 if step > 1 else MAX_SAMPLED_ROWS
    for start in range(0, rows, chunk):
        numbers = np.arange(start, min(start + chunk, rows))
        sample.add({"number": numbers}, len(numbers))
    positions, columns = sample.take()
    assert positions.tolist() == columns["number"].tolist() == list(range(0, rows, step))
    assert len(positions) <= MAX_SAMPLED_ROWS
