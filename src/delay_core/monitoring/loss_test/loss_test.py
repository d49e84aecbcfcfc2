"""The test: do the served probabilities lose more on outcomes than true probabilities would?"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from delay_core.monitoring.loss_test.alternatives import ALTERNATIVES, Alternative, Harm
from delay_core.monitoring.loss_test.likelihood_ratios import average_groups, log_likelihood_ratios
from delay_core.monitoring.loss_test.start_mixture import StartMixture, start_weight, unspent_weight
from delay_core.monitoring.loss_test.state import LossTestState, from_seconds, to_seconds
from delay_core.monitoring.loss_test.tolerance_band import ToleranceBand
from delay_core.monitoring.time_window import TimeWindow

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DueOutcomes:
    """Outcomes of rows whose deadline is in one window, in the order of their deadlines; arrays [rows].

    Neither rows on which somebody acted nor rows without an outcome are among them. `late` is 1 or 0; rows that depend
    on each other have equal `group`.
    """

    probability: Floats
    late: NDArray[np.int8]
    group: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LossEvidence:
    """The evidence after one window, and the state from which the next one goes on.

    Evidence is the natural logarithm of an e-value: `log_evidence` at the end of the window, `log_peak` the highest
    after any of its outcomes, `peak_outcomes` how many of them were known then. `harm`, and `change_point`, the window
    in which it seems to have begun, are those with the most evidence; None before the first outcome.
    """

    log_evidence: float
    log_peak: float
    peak_outcomes: int
    harm: Harm | None
    change_point: TimeWindow | None
    state: LossTestState


@dataclass(frozen=True)
class LossTest:
    """An e-process: while true probabilities are within the band, it ever exceeds 1/x with a probability of at most x.

    It is the weighted sum, over alternatives and over the windows in which a change may begin, of likelihood ratios
    between the alternative and the nearer edge of the band. `center` is the log-odds around which rankings weaken, such
    as those of the late rate; `lifetime` the number of windows that share most of the weight equally.
    """

    band: ToleranceBand
    center: float
    lifetime: int
    alternatives: Sequence[Alternative] = ALTERNATIVES

    def advance(self, state: LossTestState, window: TimeWindow, outcomes: DueOutcomes) -> LossEvidence:
        """The evidence after this window; `state` is that after the window before, or a new one for a new version."""
        mixture = state.mixture(len(self.alternatives))
        rows = len(outcomes.late)
        if rows == 0:
            before = float(self.log_total(mixture.log_sum, state.windows))
            return LossEvidence(before, before, 0, *self._most_likely(mixture, state.windows, window), state)
        ratios, known = average_groups(self.log_ratios(outcomes.probability, outcomes.late), outcomes.group)
        growth = np.cumsum(ratios, axis=0)
        started = mixture.add_start(to_seconds(window.start), start_weight(state.windows, self.lifetime))
        after = started.multiply(growth[-1])
        totals = self.log_total(started.log_sum + growth, state.windows + 1)
        peak = int(np.argmax(totals))
        return LossEvidence(
            float(totals[-1]),
            float(totals[peak]),
            int(known[peak]),
            *self._most_likely(after, state.windows + 1, window),
            state.after(after, rows),
        )

    def log_ratios(self, probability: Floats, late: NDArray[np.int8]) -> Floats:
        """The log-likelihood ratios of outcomes [rows, alternatives]."""
        return log_likelihood_ratios(probability, late, self.alternatives, self.band, self.center)

    def log_total(self, log_sum: Floats, windows: int) -> Floats:
        """The log of the e-value [...] of sums [..., alternatives] after so many starts."""
        unspent = np.log(unspent_weight(windows, self.lifetime))
        total: Floats = np.logaddexp(np.logaddexp.reduce(log_sum + self.log_weights, axis=-1), unspent)
        return total

    @cached_property
    def log_weights(self) -> Floats:
        """The logarithm of the weights [alternatives]."""
        return np.log([alternative.weight for alternative in self.alternatives])

    def _most_likely(
        self, mixture: StartMixture, windows: int, window: TimeWindow
    ) -> tuple[Harm | None, TimeWindow | None]:
        if windows == 0:
            return None, None
        best = int(np.argmax(mixture.log_best + self.log_weights))
        start = from_seconds(int(mixture.best_start[best]))
        return self.alternatives[best].harm, TimeWindow(start, start + (window.end - window.start))
