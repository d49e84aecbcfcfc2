"""What this product reads of MLflow, independent of its library: through its client, or from the embedded file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

FINISHED, RUNNING = "FINISHED", "RUNNING"


@dataclass(frozen=True)
class StoredRun:
    """A run that is not deleted. Times are milliseconds since 1970; `ended` is None while the run is not terminated."""

    run_id: str
    status: str
    started: int
    ended: int | None
    tags: Mapping[str, str]
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]

    @property
    def is_finished(self) -> bool:
        """Whether the run was written completely."""
        return self.status == FINISHED


@dataclass(frozen=True)
class StoredVersion:
    """A version of a registered model; `run_id` is empty if the version was registered without a run."""

    name: str
    version: int
    run_id: str
    tags: Mapping[str, str]


class MlflowReader(Protocol):
    """Reads runs and registered models; changes nothing."""

    def experiment_id(self, name: str) -> str | None:
        """The id of the experiment of this name, deleted or not; None if there is none."""
        ...

    def runs(self, experiment_id: str, tag: str) -> list[StoredRun]:
        """The runs of the experiment that have the tag, ordered by start."""
        ...

    def versions(self, name: str) -> list[StoredVersion]:
        """Every version of the model, ordered by number; empty for an unknown model."""
        ...

    def version(self, name: str, number: int) -> StoredVersion | None:
        """The version of this number; None if there is none."""
        ...

    def get_by_alias(self, name: str, alias: str) -> StoredVersion | None:
        """The version that the alias points at; None for an unknown model or alias."""
        ...

    def model_files(self, version: StoredVersion, folder: str, size_limit: int) -> Mapping[str, bytes] | None:
        """The files in a folder of the version's model by their path in it, unverified; empty if there is no folder.

        None if they are together larger than `size_limit` bytes.
        """
        ...

    def model_location(self, version: StoredVersion) -> str:
        """The folder or URI of the version's model, for people."""
        ...
