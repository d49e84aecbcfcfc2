"""What a model answers: for many shipments at once as arrays, for one as a value object."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.decision import ActionDecisions
from delay_core.explanation import Reason


@dataclass(frozen=True)
class Prediction:
    """What is said of one shipment.

    `probability` is the calibrated one of being late. `label_set` is "late", "on time" or "cannot tell", and holds
    what happens for a promised share of shipments. `act` and `expected_saving` weigh what mistakes cost, in
    `currency` (None: in units of one needless action). `reasons`, if asked for, move the probability most first.
    `notes` are what the reader should know of the input.
    """

    probability: float
    label_set: str
    act: bool
    expected_saving: float
    currency: str | None
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """Calibrated probabilities [rows], label sets [rows], decisions, and reasons if they were requested."""

    probabilities: NDArray[np.float64]
    label_sets: NDArray[Any]
    decided: ActionDecisions
    reasons: tuple[tuple[Reason, ...], ...] | None

    def predictions(self, notes: tuple[tuple[str, ...], ...]) -> Iterator[Prediction]:
        """One by one, with the notes on each."""
        for row, said in enumerate(notes):
            yield Prediction(
                probability=float(self.probabilities[row]),
                label_set=self.label_sets[row],
                act=bool(self.decided.act[row]),
                expected_saving=float(self.decided.saving[row]),
                currency=self.decided.currency,
                reasons=self.reasons[row] if self.reasons is not None else (),
                notes=said,
            )
