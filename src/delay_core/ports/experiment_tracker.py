"""The record of trainings: their parameters, metrics and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from delay_core.reports import Trial


@dataclass(frozen=True)
class TrainingRun:
    """A finished training. Equal inputs have the same `address`; `trials` are those of its search, in order."""

    address: str
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]
    files: Mapping[str, bytes] = field(repr=False)
    trials: Sequence[Trial] = ()


@dataclass(frozen=True)
class RecordedRun:
    """A recorded training. `started` is in UTC."""

    run_id: str
    address: str
    started: datetime
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]


class ExperimentTracker(Protocol):
    """Durable. A training is recorded once, even if `record` is called again; an incomplete record is not listed."""

    def record(self, experiment: str, training: TrainingRun) -> str:
        """Record the training in the experiment, which is created if missing; the id of its run. Raises StoreError."""
        ...

    def runs(self, experiment: str) -> list[RecordedRun]:
        """Every recorded training, newest first; empty for an unknown experiment. Raises StoreError."""
        ...

    def location(self, experiment: str) -> str:
        """A URL or a command that shows the runs, for people."""
        ...
