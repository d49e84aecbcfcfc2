"""What a search tries: model families and their parameters."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, zip_longest

import numpy as np

from delay_core.ports.model_trainer import ModelTrainer, Parameters

SAMPLING_WEIGHTS = {"hist_gradient_boosting": 6, "random_forest": 2, "extra_trees": 2, "logistic_regression": 1}
"""How often a random candidate is of each family, relative to the others; 1 for a family that is not named."""


@dataclass(frozen=True)
class Candidate:
    """A family with its parameters and the half-life of row weights; see `Trial` for its result."""

    family: str
    parameters: Parameters
    half_life: float | None = None

    @property
    def content(self) -> dict[str, object]:
        """The candidate as JSON, for digests."""
        return {"family": self.family, "parameters": dict(self.parameters), "half_life": self.half_life}


def first_candidates(trainer: ModelTrainer, half_life: float | None = None) -> tuple[Candidate, ...]:
    """The first candidate of each family, in the order of the families."""
    families = trainer.initial_candidates().items()
    return tuple(Candidate(family, parameter_sets[0], half_life) for family, parameter_sets in families)


def list_candidates(trainer: ModelTrainer, trials: int, seed: int, half_life: float | None) -> tuple[Candidate, ...]:
    """`trials` different candidates: the initial ones of all families in turn, then random ones."""
    candidates: list[Candidate] = []
    for family, parameters in _generate(trainer, seed):
        if len(candidates) == trials:
            break
        candidate = Candidate(family, parameters, half_life)
        if candidate not in candidates:
            candidates.append(candidate)
    return tuple(candidates)


def _generate(trainer: ModelTrainer, seed: int) -> Iterator[tuple[str, Parameters]]:
    families = trainer.initial_candidates()
    for parameter_sets in zip_longest(*families.values()):
        for family, parameters in zip(families, parameter_sets, strict=True):
            if parameters is not None:
                yield family, parameters
    weights = np.array([SAMPLING_WEIGHTS.get(family, 1) for family in families])
    for number in count():
        generator = np.random.default_rng([seed, number])
        family = str(generator.choice(list(families), p=weights / weights.sum()))
        yield family, trainer.sample_parameters(family, generator)
