"""What this product reads of MLflow, in a form of its own: one reader asks MLflow's client, one the embedded file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

FINISHED, RUNNING = "FINISHED", "RUNNING"


@dataclass(frozen=True)
class StoredRun:
    """A run that nobody deleted. Times are milliseconds since 1970; `ended` is None while the run is not terminated."""

    run_id: str
    status: str
    started: int
    ended: int | None
    tags: Mapping[str, str]
    parameters: Mapping[str, str]
    metrics: Mapping[str, float]

    @property
    def is_finished(self) -> bool:
        """Whether everything of the run was written."""
        return self.status == FINISHED


@dataclass(frozen=True)
class StoredVersion:
    """A version of a registered model; `run_id` is empty where a version was registered without a run."""

    name: str
    version: int
    run_id: str
    tags: Mapping[str, str]


class MlflowReader(Protocol):
    """Reads, and changes nothing."""

    def experiment_id(self, name: str) -> str | None:
        """The id of the experiment, if there is one of this name, deleted or not."""
        ...

    def runs(self, experiment_id: str, tag: str) -> list[StoredRun]:
        """The runs of the experiment that bear the tag, oldest start first."""
        ...

    def versions(self, name: str) -> list[StoredVersion]:
        """Every version of the model, lowest number first; none for an unknown model."""
        ...

    def version(self, name: str, number: int) -> StoredVersion | None:
        """The version of this number, if there is one."""
        ...

    def get_by_alias(self, name: str, alias: str) -> StoredVersion | None:
        """The version that the alias points at, if any."""
        ...

    def model_files(self, version: StoredVersion, folder: str, size_limit: int) -> Mapping[str, bytes] | None:
        """The files in a folder of the version's model, unverified, by their path in it; none where it is absent.

        None where they are larger than `size_limit` bytes together.
        """
        ...
