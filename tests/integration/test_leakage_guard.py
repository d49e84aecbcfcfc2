"""The measured leakage guard with scikit-learn's trees: what it refuses and what it accepts."""

import numpy as np
import pandas as pd
import pytest

from adapters.sklearn.leakage_probe import LeakageProbe
from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import LeakageDetected
from delay_core.features import to_arrays
from delay_core.training import EncodedDataset, LeakageCheck, bucketed_categoricals
from fakes import progress
from support.parcels import parcels_yaml

YAML = parcels_yaml(
    honest="{role: numeric}", number="{role: numeric}", word="{role: categorical}", code="{role: categorical}"
)
ROWS = 2_000
RANDOM = np.random.default_rng(5)
TIMES = np.arange(ROWS).astype("datetime64[h]")
LATE = (RANDOM.random(ROWS) < 0.4).astype(np.int8)


def table(**columns):
    noise = {
        "honest": RANDOM.normal(size=ROWS),
        "number": RANDOM.normal(size=ROWS),
        "word": RANDOM.choice(["a", "b"], ROWS).astype(object),
        "code": RANDOM.choice(list("abcdefghijklmnopqrst"), ROWS).astype(object),
    }
    return pd.DataFrame({**noise, **columns})


def check(rows, yaml=YAML, labels=LATE, groups=None):
    schema = parse_schema(yaml, "parcels.yaml")
    columns = {**to_arrays(rows, rows.columns), "sent": TIMES, "late": labels * 1.0, "known_at": TIMES}
    encoder = FeatureEncoder.fit(schema, columns)
    learned = EncodedDataset(encoder.encode(columns), labels, TIMES, TIMES, groups)
    raw_values = to_arrays(rows, bucketed_categoricals(encoder))
    return LeakageCheck(LeakageProbe(), progress.Progress())(schema, encoder, learned, raw_values)


def copied(noise):
    return np.where(RANDOM.random(ROWS) < noise, 1 - LATE, LATE)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("number", lambda: copied(0.01).astype(float)),
        ("number", lambda: np.abs(RANDOM.normal(size=ROWS)) + 3 * LATE - 6 * LATE * (RANDOM.random(ROWS) < 0.5)),
        ("word", lambda: np.where(copied(0.01) == 1, "yes", "no").astype(object)),
        (
            "code",
            lambda: np.array([f"{'late' if late else 'fine'}-{i % 10}" for i, late in enumerate(LATE)], dtype=object),
        ),
    ],
    ids=["copied", "not monotone", "two words", "twenty codes"],
)
def test_copy_of_the_label__is_refused_in_any_type(name, values):
    with pytest.raises(LeakageDetected, match=f"column {name}: out-of-fold ROC-AUC"):
        check(table(**{name: values()}))


def test_pair__is_refused_where_it_determines_the_label():
    half = RANDOM.random(ROWS) < 0.5
    word = np.where((LATE == 1) & half, "delayed", "moving").astype(object)
    code = np.where((LATE == 1) & ~half, "heavy", "clear").astype(object)
    with pytest.raises(LeakageDetected, match="columns word and code together") as refused:
        check(table(word=word, code=code))
    assert "column word:" not in str(refused.value)


def test_strong_column__passes_and_is_reported():
    strong = LATE + RANDOM.normal(scale=0.55, size=ROWS)  # a ROC-AUC of about .90
    findings = check(table(honest=strong))
    assert "honest" in str(findings[0])
    assert 0.87 < findings[0].roc_auc < 0.93


def test_exception__with_a_reason_lets_a_column_pass():
    reason = "code: {role: categorical, leakage_override: 'a contract forbids late starts'}"
    leak = np.array([f"{late}" for late in LATE], dtype=object)
    check(table(code=leak), YAML.replace("code: {role: categorical}", reason))


def test_identifiers__are_no_leak():
    check(table(code=np.array([f"id{i}" for i in range(ROWS)], dtype=object), number=np.arange(ROWS, dtype=float)))


def test_lines_of_one_shipment__are_no_leak():
    shipment = np.arange(ROWS) // 4
    late = LATE[shipment]
    number = np.array([f"shipment {n}" for n in shipment], dtype=object)
    check(table(code=number), labels=late, groups=shipment)
    with pytest.raises(LeakageDetected, match="column code"):
        check(table(code=number), labels=late)


@pytest.mark.parametrize("shipments", [1, 3, 12])
def test_leak__is_detected_with_few_groups(shipments):
    late_first = np.sort(LATE)[::-1].copy()
    with pytest.raises(LeakageDetected, match="column number"):
        check(table(number=late_first.astype(float)), labels=late_first, groups=np.arange(ROWS) * shipments // ROWS)


def test_too_few_rows_of_a_class__are_not_measured():
    labels = np.zeros(ROWS, dtype=np.int8)
    labels[:4] = 1
    assert check(table(), labels=labels) == ()
