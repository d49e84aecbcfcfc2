"""Evidence for the promotion gate, gathered as the use case gathers it, of shipments whose truth is known."""

import numpy as np

from delay_core.evaluation import compare, compare_slices, ece_noise_floor
from delay_core.promotion import ChampionComparison, GateInputs, GatePolicy, SliceGain, judge

POLICY = GatePolicy()


def gains(slices):
    return tuple(SliceGain(part.column, part.value, part.rows, part.gain_over_baseline) for part in slices)


def measured(labels, challenger, baseline, columns=(), *, champion=None):
    """What a challenger shows beside the baseline, and beside a champion if there is one."""
    compared = compare(labels, {"model": challenger, "baseline": baseline}, 1)
    meeting = None
    if champion is not None:
        met = compare(labels, {"challenger": challenger, "champion": champion}, 1)
        slices = compare_slices(dict(columns), labels, challenger, champion, 1)
        meeting = ChampionComparison(3, len(labels), met.improvement("challenger", "champion"), gains(slices))
    return GateInputs(
        rows=len(labels),
        groups=None,
        figures=compared.estimates["model"],
        gain_over_baseline=compared.improvement("model", "baseline"),
        slices=gains(compare_slices(dict(columns), labels, challenger, baseline, 1)),
        chance_ece=ece_noise_floor(labels, challenger, 1),
        parity=3e-8,
        leakage=0.6,
        withdrawn=False,
        champion=meeting,
    )


def failed(evidence, policy=POLICY):
    return [check.name for check in judge(evidence, policy) if not check.passed]


def logistic(logits):
    return 1 / (1 + np.exp(-logits))


class Shipments:
    """Rows with known truth, and what one might say of them."""

    def __init__(self, rows=1500, seed=7, values=8):
        self.draw = np.random.default_rng(seed)
        self.logits = self.draw.normal(-0.4, 1.2, rows)
        self.truth = logistic(self.logits)
        self.labels = (self.draw.random(rows) < self.truth).astype(np.int8)
        self.rate = np.full(rows, self.truth.mean())
        names = np.array([f"port {number}" for number in range(values)], dtype=object)
        self.columns = {"Port": names[self.draw.integers(0, values, rows)]}

    def noisy(self, noise):
        return logistic(self.logits + self.draw.normal(0, noise, len(self.logits)))
