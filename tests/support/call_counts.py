"""How much work a function does, counted instead of timed: the figure is the same on a busy machine."""

import sys
from collections.abc import Callable


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


class CountingMetrics:
    """Scoring metrics that say how many rows they were asked to rank, over all resamplers and scores."""

    def __init__(self, metrics) -> None:
        self._metrics = metrics
        self.ranked_rows = 0

    def score(self, labels, probabilities):
        self.ranked_rows += len(labels)
        return self._metrics.score(labels, probabilities)

    def resampler(self, labels, probabilities):
        self.ranked_rows += len(labels)
        return self._metrics.resampler(labels, probabilities)

    def log_losses(self, labels, probabilities):
        return self._metrics.log_losses(labels, probabilities)

    def bins(self, probabilities):
        return self._metrics.bins(probabilities)
