"""P-values of drift on rows without drift: as many small ones as they promise, also where rows depend on each other."""

import numpy as np
import pytest

from adapters.scipy import DriftDetector

ROWS, WINDOWS = 300, 60


def draw_lines(draw, rows):
    """Lines of shipments: two columns are equal on all lines of a shipment."""
    groups = np.repeat(np.arange(rows), draw.integers(1, 5, rows))[:rows]
    columns = {
        "weight": draw.normal(size=rows)[groups],
        "carrier": draw.choice(list("abcd"), rows).astype(object)[groups],
        "price": draw.normal(size=rows),
        "product": draw.choice(list("abcd"), rows).astype(object),
        "gaps": np.where(draw.random(rows)[groups] < 0.2, np.nan, 1.0),
    }
    return columns, groups


@pytest.fixture(scope="module")
def p_values():
    """By column, [windows]: with groups, without them, and of missing values."""
    draw = np.random.default_rng(1)
    values = {}
    for window in range(WINDOWS):
        if window % 6 == 0:
            reference, groups = draw_lines(draw, 1500)
            fitted = {"grouped": DriftDetector().fit(reference, groups), "rows": DriftDetector().fit(reference, None)}
        columns, groups = draw_lines(draw, ROWS)
        for kind, of_kind in (("grouped", groups), ("rows", None)):
            for distance in fitted[kind].compare(columns, of_kind, np.full(1500, 1 / 1500)):
                p_value = distance.missing_p_value if distance.column == "gaps" else distance.p_value
                values.setdefault((distance.column, kind), []).append(p_value)
    return {key: np.array(each) for key, each in values.items()}


@pytest.mark.parametrize("column", ["weight", "carrier", "price", "product", "gaps"])
def test_small_p_values__are_as_rare_as_they_say(p_values, column):
    assert (p_values[column, "grouped"] < 0.05).mean() <= 0.15  # 3 of 60 expected; more than 9 in one case of 4,000
    assert p_values[column, "grouped"].mean() > 0.35
    assert p_values[column, "grouped"].min() > 1e-4


def test_rows_of_groups_that_count_as_independent__would_be_wrong(p_values):
    for column in ("weight", "carrier", "gaps"):
        assert (p_values[column, "rows"] < 0.05).mean() > 0.2
