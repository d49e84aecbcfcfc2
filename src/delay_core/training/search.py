"""The search for the best model: successive halving over folds in time order, the newest fold first."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import ModelTrainer
from delay_core.ports.progress import Progress
from delay_core.ports.worker_pool import WorkerPool
from delay_core.reports import Trial
from delay_core.schema import ShipmentSchema
from delay_core.training.datasets import RawDataset
from delay_core.training.folds import EncodedFold, Fold, encode_fold
from delay_core.training.search_space import Candidate
from delay_core.training.trial_cache import TrialCache

KEEP_FRACTION = 1 / 3
"""The share of candidates that are tried on more than the newest fold; the first of each family always is."""

LearningCurves = Mapping[int, NDArray[np.float64]]
"""Log-losses after each round [rounds], by the fold's number."""


@dataclass(frozen=True)
class Search:
    """Tries candidates on at least one fold, in time order. The newest fold selects those for the older folds.

    `left_out` names the calendar features that the models do not have.
    """

    schema: ShipmentSchema
    rows: RawDataset
    folds: Sequence[Fold]
    trainer: ModelTrainer
    pool: WorkerPool
    cache: TrialCache
    progress: Progress
    seed: int
    left_out: frozenset[str] = frozenset()

    def without(self, features: Collection[str]) -> "Search":
        """The search for models that do not have these calendar features."""
        return replace(self, left_out=frozenset(features), cache=self.cache.without(features))

    def encode(self, fold: int) -> EncodedFold:
        """The rows of the fold with this number, with the features that the models have."""
        return encode_fold(self.schema, self.rows, self.folds[fold], self.left_out)

    def __call__(self, candidates: Sequence[Candidate]) -> tuple[Trial, ...]:
        """A trial for each candidate, in their order."""
        newest, *older = reversed(range(len(self.folds)))
        self.progress.step("Searching parameters", len(candidates) + len(older) * _n_survivors(candidates))
        curves: list[dict[int, NDArray[np.float64]]] = [{} for _ in candidates]
        self._try([newest], range(len(candidates)), candidates, curves)
        losses = [float(by_fold[newest].min()) for by_fold in curves]
        survivors = _survivors(candidates, losses)
        self._try(older, survivors, candidates, curves)
        return tuple(
            _trial(self.trainer, candidate, by_fold, pruned=index not in survivors)
            for index, (candidate, by_fold) in enumerate(zip(candidates, curves, strict=True))
        )

    def losses(self, folds: Sequence[int], candidates: Sequence[Candidate]) -> NDArray[np.float64]:
        """The log-losses of the candidates on the folds of these numbers [candidates, folds]. It begins no step."""
        curves: list[dict[int, NDArray[np.float64]]] = [{} for _ in candidates]
        self._try(folds, range(len(candidates)), candidates, curves)
        pairs = zip(candidates, curves, strict=True)
        return np.array([_trial(self.trainer, *pair, pruned=False).log_losses for pair in pairs])

    def _try(
        self,
        folds: Sequence[int],
        indices: Sequence[int],
        candidates: Sequence[Candidate],
        curves: Sequence[dict[int, NDArray[np.float64]]],
    ) -> None:
        """Measure the learning curves of the candidates at `indices` on these folds, and add them to `curves`."""
        measured: list[tuple[int, int]] = []

        def tasks() -> Iterator[Callable[[], NDArray[np.float64]]]:
            for fold in folds:
                rows: EncodedFold | None = None  # a fold is not encoded if every learning curve is cached
                for index in indices:
                    cached = self.cache.get(candidates[index], fold)
                    if cached is not None:
                        curves[index][fold] = cached
                        self.progress.advance()
                        continue
                    rows = rows or self.encode(fold)
                    measured.append((index, fold))
                    yield partial(self._measure, candidates[index], rows)

        for number, losses in self.pool.run(tasks()):
            index, fold = measured[number]
            self.cache.put(candidates[index], fold, losses)
            curves[index][fold] = losses
            self.progress.advance()

    def _measure(self, candidate: Candidate, rows: EncodedFold) -> NDArray[np.float64]:
        train, validation = rows.train.training_set(candidate.half_life), rows.validation.training_set()
        return self.trainer.learning_curve(candidate.family, candidate.parameters, train, validation, self.seed)


def fold_weights(folds: int) -> NDArray[np.float64]:
    """The weight of each fold [folds], 1 in all: twice that of the one before it."""
    weights = 2.0 ** np.arange(folds)
    return np.asarray(weights / weights.sum())


def _mean_over_folds(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over folds [folds, ...], weighted by `fold_weights`."""
    return np.average(losses, axis=0, weights=fold_weights(len(losses)))


def _survivors(candidates: Sequence[Candidate], losses: Sequence[float]) -> list[int]:
    """Indices of the candidates to try on older folds: the first of each family, and the best of all."""
    first: dict[str, int] = {}
    for index, candidate in enumerate(candidates):
        first.setdefault(candidate.family, index)
    ranked = sorted(range(len(candidates)), key=lambda index: losses[index])
    in_order = [*first.values(), *(index for index in ranked if index not in first.values())]
    return sorted(in_order[: _n_survivors(candidates)])


def _n_survivors(candidates: Sequence[Candidate]) -> int:
    """`KEEP_FRACTION` of the candidates, at least one more than there are families."""
    families = len({candidate.family for candidate in candidates})
    return min(len(candidates), max(ceil(len(candidates) * KEEP_FRACTION), families + 1))


def _trial(trainer: ModelTrainer, candidate: Candidate, curves: LearningCurves, *, pruned: bool) -> Trial:
    """The number of rounds with the lowest weighted mean over folds; a short curve continues at its last value."""
    in_order = [curves[fold] for fold in sorted(curves)]
    longest = max(map(len, in_order))
    losses = np.stack([np.pad(curve, (0, longest - len(curve)), mode="edge") for curve in in_order])
    rounds = int(_mean_over_folds(losses).argmin()) + 1
    return Trial(
        family=candidate.family,
        parameters=dict(trainer.with_rounds(candidate.family, candidate.parameters, rounds)),
        half_life=candidate.half_life,
        log_losses=tuple(losses[:, rounds - 1].round(6).tolist()),
        rounds=rounds if longest > 1 else None,
        pruned=pruned,
    )
