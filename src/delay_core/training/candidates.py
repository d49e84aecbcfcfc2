"""What a search tries: a family of models, its parameters, and how much earlier rows count."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from delay_core.ports.model_trainer import ModelTrainer, Parameters
from delay_core.training.recency import HALF_LIVES


@dataclass(frozen=True)
class Candidate:
    """One that may be tried; see `Trial` for what comes of it."""

    family: str
    parameters: Parameters
    half_life: float | None = None

    @property
    def content(self) -> dict[str, object]:
        """For digests."""
        return {"family": self.family, "parameters": dict(self.parameters), "half_life": self.half_life}


def candidates(trainer: ModelTrainer, trials: int, seed: int) -> tuple[Candidate, ...]:
    """So many different ones: first those that families begin with, in turn, then others drawn at random."""
    found: list[Candidate] = []
    for candidate in _endless(trainer, seed):
        if len(found) == trials:
            break
        if candidate not in found:
            found.append(candidate)
    return tuple(found)


def _endless(trainer: ModelTrainer, seed: int) -> Iterator[Candidate]:
    families = trainer.candidates()
    for of_each in zip_longest(*families.values()):
        for family, parameters in zip(families, of_each, strict=True):
            if parameters is not None:
                yield Candidate(family, parameters)
    number = 0
    while True:
        half_life = HALF_LIVES[np.random.default_rng([seed, number, 1]).integers(len(HALF_LIVES))]
        yield Candidate(*trainer.draw(number, seed), half_life)
        number += 1
