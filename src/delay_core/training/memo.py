"""What was measured once is not measured again: a search that was cut short goes on where it stopped."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core import digest
from delay_core.ports.artifact_store import ArtifactStore
from delay_core.training.search_space import Candidate

KIND = "trials"
VERSION = 2
FILE = "losses.json"


@dataclass(frozen=True)
class Memo:
    """Keeps learning curves in the store. `inputs` name all that they depend on besides the candidate and the fold."""

    store: ArtifactStore
    inputs: Mapping[str, object]

    def curve(self, candidate: Candidate, fold: int, measure: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
        """What `measure` said of this candidate on this fold: log-losses [rounds]."""
        address = digest.of_step("trial", VERSION, {**self.inputs, **candidate.content, "fold": fold})
        if self.store.has(KIND, address):
            return np.array(json.loads(self.store.read(KIND, address, FILE)))
        losses = measure()
        with self.store.create(KIND, address) as files:
            files.write(FILE, digest.canonical_json(losses.tolist()))
        return losses
