"""Inputs of the promotion gate, measured as the use case measures them, for shipments whose truth is known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.evaluation import compare, compare_slices, ece_noise_floor
from delay_core.promotion import ChampionComparison, GateInputs, GatePolicy, run_checks

Floats = NDArray[np.float64]

POLICY = GatePolicy()


def gate_inputs(
    labels: NDArray[np.int8],
    challenger: Floats,
    baseline: Floats,
    columns: Mapping[str, NDArray[Any]] | None = None,
    *,
    champion: Floats | None = None,
    recent: Floats | None = None,
) -> GateInputs:
    """A challenger compared with the baseline, with the recent rate, which is the same by default, and with a
    champion if there is one.
    """
    predictions = {"model": challenger, "baseline": baseline}
    compared = compare(labels, predictions if recent is None else {**predictions, "recent_rate": recent}, 1)
    comparison = None
    if champion is not None:
        with_champion = compare(labels, {"challenger": challenger, "champion": champion}, 1)
        slices = compare_slices(dict(columns or {}), labels, challenger, champion, 1)
        comparison = ChampionComparison(3, len(labels), with_champion.gain("challenger", "champion"), slices)
    return GateInputs(
        rows=len(labels),
        groups=None,
        estimates=compared.estimates["model"],
        gain_over_baseline=compared.gain("model", "baseline"),
        gain_over_recent=compared.gain("model", "recent_rate" if recent is not None else "baseline"),
        slices=compare_slices(dict(columns or {}), labels, challenger, baseline, 1),
        ece_noise_floor=ece_noise_floor(labels, challenger, 1),
        parity=3e-8,
        leakage=0.6,
        was_rolled_back=False,
        champion=comparison,
    )


def failed(inputs: GateInputs, policy: GatePolicy = POLICY) -> list[str]:
    """The names of the checks that fail."""
    return [check.name for check in run_checks(inputs, policy) if not check.passed]


def logistic(logits: Floats) -> Floats:
    """Probabilities of log-odds."""
    probabilities: Floats = 1 / (1 + np.exp(-logits))
    return probabilities


class Shipments:
    """Rows with known true probabilities, and predictions for them."""

    def __init__(self, rows: int = 1500, seed: int = 7, values: int = 8) -> None:
        self.draw = np.random.default_rng(seed)
        self.logits = self.draw.normal(-0.4, 1.2, rows)
        self.truth = logistic(self.logits)
        self.labels = (self.draw.random(rows) < self.truth).astype(np.int8)
        self.rate = np.full(rows, self.truth.mean())
        names = np.array([f"port {number}" for number in range(values)], dtype=object)
        self.columns = {"Port": names[self.draw.integers(0, values, rows)]}

    def noisy(self, noise: float) -> Floats:
        """The true probabilities with this much noise on the log-odds."""
        return logistic(self.logits + self.draw.normal(0, noise, len(self.logits)))
