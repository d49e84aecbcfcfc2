"""Groups: what is joined by any shared value, and nothing else."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from delay_core.groups import group_codes

VALUES = st.one_of(st.none(), st.integers(0, 12).map(str))
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=40)


def shares(row, other):
    return any(a == b is not None for a, b in zip(row, other, strict=True))


def by_spreading(rows):
    """Groups by the definition: a row draws in every row that shares a value with it, until none is left."""
    group = [None] * len(rows)
    for first in range(len(rows)):
        waiting = [first] if group[first] is None else []
        while waiting:
            row = waiting.pop()
            if group[row] is None:
                group[row] = first
                waiting += [other for other in range(len(rows)) if shares(rows[row], rows[other])]
    return group


@given(ROWS)
def test_groups__match_their_definition(rows):
    table = pd.DataFrame(rows, columns=list("abc"), dtype=object)
    codes = group_codes([table[name] for name in "abc"]).tolist()
    expected = by_spreading(rows)
    same = [[x == y for y in expected] for x in expected]
    assert [[x == y for y in codes] for x in codes] == same


def test_nested_groups__are_merged():
    table = pd.DataFrame({"order": list("aabbc"), "parcel": list("vwxyz")})
    codes = group_codes([table["parcel"], table["order"]])
    assert len(set(codes[:2])) == len(set(codes[2:4])) == 1
    assert len(set(codes)) == 3


def test_chain__is_one_group():
    links = [f"{i // 2}" for i in range(1, 20_001)]
    others = [f"{i // 2}" for i in range(20_000)]
    assert len(set(group_codes([pd.Series(links), pd.Series(others)]))) == 1
