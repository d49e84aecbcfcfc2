"""How much work a function does, counted instead of timed: the figure is the same on a busy machine."""

import sys
from collections.abc import Callable

from delay_core.evaluation import RankedRows


def calls_in(function: Callable[[], object]) -> int:
    """Calls of Python and C functions that it makes: work on whole arrays makes as many for ten rows as for many."""
    count = 0

    def record(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(record)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


class CountedRanking:
    """The number of rows that are sorted to be scored, over all models and slices."""

    def __init__(self, monkeypatch) -> None:
        self.rows = 0
        rank = RankedRows.__init__

        def count_and_rank(ranked, labels, probabilities):
            self.rows += len(labels)
            rank(ranked, labels, probabilities)

        monkeypatch.setattr(RankedRows, "__init__", count_and_rank)
