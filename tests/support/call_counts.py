"""How much work a function does, counted instead of timed: the figure is the same on a busy machine."""

import gc
import sys
from collections.abc import Callable
from types import FrameType

import numpy as np
import pytest
from numpy.typing import NDArray

from delay_core.evaluation import RankedRows


def calls_in(function: Callable[[], object]) -> int:
    """Calls of Python and C functions that it makes: work on whole arrays makes as many for ten rows as for many."""
    count = 0

    def record(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.collect()
    gc.disable()  # a collection in between calls the callbacks that Hypothesis registers
    sys.setprofile(record)
    try:
        function()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


class CountedRanking:
    """The number of rows that are sorted to be scored, over all models and slices."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rows = 0
        rank = RankedRows.__init__

        def count_and_rank(ranked: RankedRows, labels: NDArray[np.int8], probabilities: NDArray[np.float64]) -> None:
            self.rows += len(labels)
            rank(ranked, labels, probabilities)

        monkeypatch.setattr(RankedRows, "__init__", count_and_rank)
