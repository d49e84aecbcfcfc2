"""An operation on two or three columns that is the outcome is refused by its formula; honest columns are not."""

import numpy as np
import pytest
import yaml

from adapters.sklearn.leakage_probe import LeakageProbe
from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import LeakageDetected
from delay_core.training import EncodedDataset, LeakageCheck
from fakes import progress

SCHEMA = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
"""
ROWS = 400
MINUS = "\N{MINUS SIGN}"


def check(labels, **columns):
    rows = len(labels)
    sent = np.datetime64("2024-01-01T00:00:00") + np.arange(rows) * np.timedelta64(3600, "s")
    columns |= {"sent": sent, "weight": np.random.default_rng(9).normal(size=rows)}
    roles = {name: {"M": "timestamp", "f": "numeric", "O": "categorical"}[v.dtype.kind] for name, v in columns.items()}
    schema = {
        **yaml.safe_load(SCHEMA),
        "calendar": [{"column": name, "parts": ["hour"]} for name, role in roles.items() if role == "timestamp"],
        "columns": {name: {"role": role} for name, role in roles.items()}
        | {"late": {"role": "label", "available_at": "delivered"}},
    }
    parsed = parse_schema(yaml.safe_dump(schema), "parcels.yaml")
    encoder = FeatureEncoder.fit(parsed, {**columns, "late": labels.astype(float), "known_at": sent})
    learned = EncodedDataset(encoder.encode(columns), labels.astype(np.int8), sent, sent)
    return LeakageCheck(LeakageProbe(), progress.Progress())(parsed, encoder, learned, columns)


def hhmm(minutes):
    return minutes % 1440 // 60 * 100 + minutes % 60


def times_of_day(draw, late):
    planned = draw.integers(0, 1440, ROWS)
    left = planned + np.where(late, draw.integers(16, 90, ROWS), draw.integers(-10, 15, ROWS))
    return {"a": hhmm(planned).astype(float), "b": hhmm(left).astype(float)}, f"b {MINUS} a"


def timestamps(draw, late):
    due = np.datetime64("2024-01-05T00:00:00") + draw.integers(0, 10**6, ROWS).astype("m8[s]")
    return {"due": due, "left": due + np.where(late, 3_000, -3_000) * draw.integers(1, 20, ROWS)}, f"left {MINUS} due"


def amounts(draw, late):
    due = draw.lognormal(5, 1, ROWS)
    return {"a": due, "b": due + np.where(late, 10, -10) * draw.uniform(0.1, 1, ROWS)}, f"b {MINUS} a"


def ratios(draw, late):
    due = draw.lognormal(5, 3, ROWS)
    return {"a": due, "b": due * np.where(late, draw.uniform(0.5, 0.8, ROWS), draw.uniform(0.9, 1.1, ROWS))}, "b / a"


def equal_codes(draw, late):
    code = draw.integers(0, 30, ROWS)
    other = np.where(late, (code + draw.integers(1, 30, ROWS)) % 30, code)
    names = np.array([f"depot {n}" for n in range(30)], dtype=object)
    return {"code": names[code], "other": names[other]}, "other = code"


def three_numbers(draw, late):
    first, second = draw.uniform(0, 20, ROWS), draw.uniform(0, 20, ROWS)
    whole = first + second + np.where(late, 1, -1) * draw.uniform(0.1, 3, ROWS)
    return {"a": first, "b": whole, "c": second}, f"b {MINUS} a {MINUS} c"


@pytest.mark.parametrize("leak", [times_of_day, timestamps, amounts, ratios, equal_codes, three_numbers])
def test_an_operation_that_is_the_outcome__is_refused_by_its_formula(leak):
    draw = np.random.default_rng(4)
    late = draw.random(ROWS) < 0.3
    columns, formula = leak(draw, late)
    with pytest.raises(LeakageDetected) as refused:
        check(late, **columns)
    assert f"training refused: {formula}: out-of-fold ROC-AUC" in str(refused.value)


@pytest.mark.parametrize("sign", [1, -1])
def test_two_honest_columns_with_a_roc_auc_of_90__are_not(sign):
    """Their difference is .965 where their signs differ: no better than two independent columns may be together."""
    for seed in range(3):
        draw = np.random.default_rng(seed)
        late = draw.random(2_000) < 0.3
        strong = {"a": draw.normal(size=2_000) + 1.8124 * late, "b": sign * (draw.normal(size=2_000) + 1.8124 * late)}
        assert not any(finding.question for finding in check(late, **strong))


def test_honest_amounts__raise_no_question():
    draw = np.random.default_rng(0)
    late = draw.random(2_000) < 0.3
    weak = {"a": draw.lognormal(size=2_000) * (1 + late), "c": draw.lognormal(size=2_000)}
    assert not any(finding.question for finding in check(late, **weak))
