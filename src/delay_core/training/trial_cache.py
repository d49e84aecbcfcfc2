"""Cache of learning curves, so that an interrupted search resumes where it stopped."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core import digest
from delay_core.artifacts import LEARNING_CURVE, TRIALS
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.training.search_space import Candidate

VERSION = 2


@dataclass(frozen=True)
class TrialCache:
    """Stores learning curves. `inputs` name everything that they depend on except the candidate and the fold."""

    store: ArtifactStore
    inputs: Mapping[str, object]

    def get_or_measure(
        self, candidate: Candidate, fold: int, measure: Callable[[], NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        """The log-losses [rounds] of this candidate on this fold; `measure` is called if they are not stored."""
        address = digest.step_address("trial", VERSION, {**self.inputs, **candidate.content, "fold": fold})
        if self.store.has(TRIALS, address):
            return np.array(json.loads(self.store.read(TRIALS, address, LEARNING_CURVE)))
        losses = measure()
        with self.store.create(TRIALS, address) as files:
            files.write(LEARNING_CURVE, digest.canonical_json(losses.tolist()))
        return losses
