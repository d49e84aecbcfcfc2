"""What a search tries: model families, their parameters, and how much earlier rows count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, zip_longest

import numpy as np

from delay_core.ports.model_trainer import ModelTrainer, Parameters
from delay_core.reports import Trial

DEFAULT_FAMILY = "random_forest"
"""Its first candidate stays unless another one is clearly better: it suits few rows, and change over time."""

SAMPLING_WEIGHTS = {"hist_gradient_boosting": 6, "random_forest": 3, "logistic_regression": 1}
"""How often a random candidate is of each family, relative to the others; 1 for a family that is not named."""

HALF_LIVES = (None, 0.5, 0.25, 0.125)
"""How fast the weight of earlier rows falls, as shares of the time that the training rows span; None: it does not."""


@dataclass(frozen=True)
class Candidate:
    """A family with its parameters and half-life; see `Trial` for its result."""

    family: str
    parameters: Parameters
    half_life: float | None = None

    @property
    def content(self) -> dict[str, object]:
        """The candidate as JSON, for digests."""
        return {"family": self.family, "parameters": dict(self.parameters), "half_life": self.half_life}


def list_candidates(trainer: ModelTrainer, trials: int, seed: int) -> tuple[Candidate, ...]:
    """`trials` different candidates: the initial ones of all families in turn, then random ones."""
    candidates: list[Candidate] = []
    for candidate in _generate(trainer, seed):
        if len(candidates) == trials:
            break
        if candidate not in candidates:
            candidates.append(candidate)
    return tuple(candidates)


def default_index(candidates: Sequence[Candidate | Trial]) -> int:
    """Index of the candidate, or trial, that stays by default: the first of the default family, else the first."""
    return next((index for index, candidate in enumerate(candidates) if candidate.family == DEFAULT_FAMILY), 0)


def _generate(trainer: ModelTrainer, seed: int) -> Iterator[Candidate]:
    families = trainer.initial_candidates()
    for parameter_sets in zip_longest(*families.values()):
        for family, parameters in zip(families, parameter_sets, strict=True):
            if parameters is not None:
                yield Candidate(family, parameters)
    weights = np.array([SAMPLING_WEIGHTS.get(family, 1) for family in families])
    for number in count():
        half_life = HALF_LIVES[np.random.default_rng([seed, number, 1]).integers(len(HALF_LIVES))]
        generator = np.random.default_rng([seed, number])
        family = str(generator.choice(list(families), p=weights / weights.sum()))
        yield Candidate(family, trainer.sample_parameters(family, generator), half_life)
