"""Predictions: for many shipments at once as arrays, for one shipment as a value object."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from delay_core.decision import ActionDecisions
from delay_core.explanation import Reason


@dataclass(frozen=True)
class Prediction:
    """The prediction for one shipment.

    `probability` is the calibrated probability of being late. `label_set` is "late", "on time" or "cannot tell", and
    contains the outcome of a promised share of shipments. `act` and `expected_saving` follow from what mistakes cost,
    in `currency` (None: in units of one needless action). `reasons`, if requested, start with the strongest. `notes`
    say what the sender should know about the input.
    """

    probability: float
    label_set: str
    act: bool
    expected_saving: float
    currency: str | None
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class PredictionBatch:
    """Calibrated probabilities [rows], label sets as words [rows], decisions, and reasons if they were requested."""

    probabilities: NDArray[np.float64]
    label_sets: NDArray[Any]
    decisions: ActionDecisions
    reasons: tuple[tuple[Reason, ...], ...] | None

    def predictions(self, notes: tuple[tuple[str, ...], ...]) -> Iterator[Prediction]:
        """One prediction for each row, with its notes [rows]."""
        for row, row_notes in enumerate(notes):
            yield Prediction(
                probability=float(self.probabilities[row]),
                label_set=self.label_sets[row],
                act=bool(self.decisions.act[row]),
                expected_saving=float(self.decisions.saving[row]),
                currency=self.decisions.currency,
                reasons=self.reasons[row] if self.reasons is not None else (),
                notes=row_notes,
            )
