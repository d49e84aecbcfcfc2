"""The record of trainings: what was tried, with which figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from delay_core.reports import Trial


@dataclass(frozen=True)
class Training:
    """A finished training, as it is recorded. `address` names it: the same inputs, the same address.

    `trials` are all that its search tried, in their order.
    """

    address: str
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    files: Mapping[str, bytes] = field(repr=False)
    trials: Sequence[Trial] = ()


@dataclass(frozen=True)
class RecordedRun:
    """A recorded training. `started` is UTC."""

    run_id: str
    address: str
    started: datetime
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]


class ExperimentTracker(Protocol):
    """Durable. A training is recorded once, however often it is told; a record cut short is not a record."""

    def record(self, experiment: str, training: Training) -> str:
        """The run id under which this training stands in the experiment, made when needed. Raises StoreError."""
        ...

    def runs(self, experiment: str) -> list[RecordedRun]:
        """Every recorded training, newest first; empty for an unknown experiment."""
        ...

    def location(self, experiment: str) -> str:
        """What to type, or where to look, to see the runs."""
        ...
