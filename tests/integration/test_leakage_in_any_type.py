"""A column copied from the label with 1 % noise is refused in any type; an honest strong one never."""

import numpy as np
import pandas as pd
import pytest

from adapters.sklearn.leakage_probe import LeakageProbe
from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import LeakageDetected
from delay_core.features import to_arrays
from delay_core.training import EncodedDataset, LeakageCheck, bucketed_categoricals
from delay_core.validation import KNOWN_AT, LATE, ShipmentValidator
from fakes import progress

SCHEMA = """
name: parcels
version: 1
source: {{timezone: UTC}}
prediction_point: {{column: sent, stage: dispatch}}
label: {{column: late}}
{derived}
columns:
  sent: {{role: timestamp}}
  honest: {{role: numeric}}
  late: {{role: label, available_at: delivered}}
  {columns}
"""
NUMBER = ("", "copy: {role: numeric, nullable: true}")
WORD = ("", "copy: {role: categorical, nullable: true}")
SENTINELS = ("", "copy: {role: numeric, nullable: true, sentinels: {on the way: moving, at a depot: waiting}}")
DAYS = ("derived:\n  copy: {days: [sent, promised]}", "promised: {role: timestamp}")
RATIO = ("derived:\n  copy: {ratio: [paid, due]}", "paid: {role: numeric}\n  due: {role: numeric}")
SENT = pd.Timestamp("2024-01-01")
SIZES = [(700, 0.4), (2_000, 0.05), (2_000, 0.4)]
MANY_ROWS = (20_000, 0.05)


def numbers(_draw, copied):
    return {"copy": copied}


def jittered(draw, copied):
    return {"copy": copied + draw.normal(scale=0.1, size=len(copied))}


def two_bands(draw, copied):
    side = np.where(draw.random(len(copied)) < 0.5, -1, 1)
    return {"copy": draw.normal(size=len(copied)) + copied * side * 12}


def odd_codes(draw, copied):
    return {"copy": 2 * draw.integers(0, 20, len(copied)) + copied}


def two_words(_draw, copied):
    return {"copy": np.where(copied == 1, "delayed", "delivered")}


def many_words(values):
    """This number of words, each late or on time in almost all of its rows; fewer if one has under ten rows."""

    def words(draw, copied):
        codes = np.empty(len(copied), dtype=object)
        for late in (0, 1):
            [rows] = np.nonzero(copied == late)
            few = min(values // 2, max(1, len(rows) // 10))
            codes[rows] = [f"{'ab'[late]}{code}" for code in draw.integers(0, few, len(rows))]
        return {"copy": codes}

    return words


def absent_numbers(draw, copied):
    return {"copy": np.where(copied == 1, None, draw.normal(size=len(copied)).round(3))}


def absent_words(draw, copied):
    return {"copy": np.where(copied == 1, None, draw.choice(["road", "sea"], len(copied)))}


def reasons(draw, copied):
    """Half of the values are missing; the reason reveals the label."""
    known = draw.normal(size=len(copied)).round(3)
    return {"copy": np.where(copied == 1, "moving", np.where(draw.random(len(copied)) < 0.5, "waiting", known))}


def days(_draw, copied):
    return {
        "promised": SENT + pd.to_timedelta(np.arange(len(copied)), unit="h") + pd.to_timedelta(copied + 1, unit="D")
    }


def ratio(draw, copied):
    due = draw.uniform(1, 1000, len(copied))
    return {"paid": due * (1 + copied + draw.normal(scale=0.05, size=len(copied))), "due": due}


TYPES = {
    "a number": (NUMBER, numbers),
    "a number with jitter": (NUMBER, jittered),
    "two bands of a number": (NUMBER, two_bands),
    "odd codes": (NUMBER, odd_codes),
    "two words": (WORD, two_words),
    "20 words": (WORD, many_words(20)),
    "200 words": (WORD, many_words(200)),
    "2000 words": (WORD, many_words(2000)),
    "numbers that are missing": (NUMBER, absent_numbers),
    "words that are missing": (WORD, absent_words),
    "why a number is missing": (SENTINELS, reasons),
    "days between two dates": (DAYS, days),
    "a ratio": (RATIO, ratio),
}


WITH_MANY_ROWS = ["odd codes", "2000 words", "why a number is missing"]
"""A number, words and a mixture of both, whose trees or cells grow with the rows."""


@pytest.mark.parametrize(
    ("kind", "rows", "rate"),
    [*((kind, *size) for kind in TYPES for size in SIZES), *((kind, *MANY_ROWS) for kind in WITH_MANY_ROWS)],
)
def test_noisy_copy_of_the_label__is_refused(kind, rows, rate):
    draw = np.random.default_rng(rows)
    late = (draw.random(rows) < rate).astype(int)
    copied = np.where(draw.random(rows) < 0.01, 1 - late, late)
    declared, values = TYPES[kind]
    with pytest.raises(LeakageDetected, match="copy"):
        _check(declared, values(draw, copied), late, draw)


@pytest.mark.parametrize(
    ("rows", "rate", "tables"), [(700, 0.05, 6), (700, 0.4, 6), (2_000, 0.05, 6), (2_000, 0.4, 6), (*MANY_ROWS, 1)]
)
def test_honest_column__with_a_roc_auc_of_90_passes(rows, rate, tables):
    """The probability that the lower bound exceeds .95 by chance is below one in a thousand."""
    for seed in range(tables):
        draw = np.random.default_rng(seed)
        late = (draw.random(rows) < rate).astype(int)
        strong = draw.normal(size=rows) + late * 1.8124  # the difference of two such means 1.2816 √2 apart: .90
        findings = _check(NUMBER, {"copy": strong}, late, draw)
        assert findings[0].lower_bound < 0.93
        _check(WORD, {"copy": pd.cut(strong, 12, labels=False).astype(str)}, late, draw)


def _check(declared, values, late, draw):
    rows = len(late)
    schema = parse_schema(SCHEMA.format(derived=declared[0], columns=declared[1]), "parcels.yaml")
    table = pd.DataFrame(
        {
            "sent": (SENT + pd.to_timedelta(np.arange(rows), unit="h")).astype(str),
            "honest": draw.normal(size=rows).astype(str),
            "late": late.astype(str),
            **{name: pd.Series(column).astype(object).map(_written) for name, column in values.items()},
        },
        dtype=object,
    )
    accepted = ShipmentValidator(schema).validate(table).accepted
    assert len(accepted) == rows
    encoder = FeatureEncoder.fit(schema, to_arrays(accepted, [*schema.canonical_columns, LATE, KNOWN_AT]))
    times = accepted["sent"].to_numpy()
    labels = accepted[LATE].to_numpy(dtype=np.int8)
    learned = EncodedDataset(encoder.encode_table(accepted), labels, times, times)
    raw_values = to_arrays(accepted, bucketed_categoricals(encoder))
    return LeakageCheck(LeakageProbe(), progress.Progress())(schema, encoder, learned, raw_values)


def _written(value):
    return "" if value is None else str(value)
