"""Cache of learning curves, so that an interrupted search resumes where it stopped."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import LEARNING_CURVE, TRIALS
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.training.search_space import Candidate

VERSION = 3


@dataclass(frozen=True)
class TrialCache:
    """Stores learning curves. `inputs` name everything that they depend on except the candidate and the fold."""

    store: ArtifactStore
    inputs: Mapping[str, object]

    def without(self, features: Collection[str]) -> "TrialCache":
        """The cache for models without these features; itself if there are none."""
        return replace(self, inputs={**self.inputs, "without": sorted(features)}) if features else self

    def get(self, candidate: Candidate, fold: int) -> NDArray[np.float64] | None:
        """The log-losses [rounds] of this candidate on this fold, if they are stored."""
        address = self._address(candidate, fold)
        if not self.store.has(TRIALS, address):
            return None
        return np.array(json.loads(self.store.read(TRIALS, address, LEARNING_CURVE)))

    def put(self, candidate: Candidate, fold: int, losses: NDArray[np.float64]) -> None:
        """Store the log-losses [rounds] of this candidate on this fold."""
        with self.store.create(TRIALS, self._address(candidate, fold)) as files:
            files.write(LEARNING_CURVE, digest.canonical_json(losses.tolist()))

    def _address(self, candidate: Candidate, fold: int) -> str:
        return digest.step_address("trial", VERSION, {**self.inputs, **candidate.content, "fold": fold})
