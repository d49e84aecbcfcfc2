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
from delay_core.training.search_space import Candidate, default_index
from delay_core.training.trial_cache import TrialCache

KEEP_FRACTION = 1 / 3
"""The share of candidates that are tried on more than the newest fold; the best of each family always is."""

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
        survivors = _survivors(candidates, losses, default_index(candidates))
        self._try(older, survivors, candidates, curves)
        return tuple(
            _trial(self.trainer, candidate, by_fold, pruned=index not in survivors)
            for index, (candidate, by_fold) in enumerate(zip(candidates, curves, strict=True))
        )

    def on_folds(self, folds: Sequence[int], candidates: Sequence[Candidate]) -> tuple[Trial, ...]:
        """A trial on the folds of these numbers for each candidate, in their order. It begins no step."""
        curves: list[dict[int, NDArray[np.float64]]] = [{} for _ in candidates]
        self._try(folds, range(len(candidates)), candidates, curves)
        pairs = zip(candidates, curves, strict=True)
        return tuple(_trial(self.trainer, candidate, by_fold, pruned=False) for candidate, by_fold in pairs)

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


def best_per_family(trials: Sequence[Trial], default: int = 0, better: Sequence[Trial] = ()) -> tuple[Trial, ...]:
    """The trial with the lowest log-loss over all folds of each family, the best family first.

    The newest fold counts as much as all older ones together, and so on: it is the closest to the future, and almost
    as many rows precede it as the final model is fitted on. But the trial at index `default` stays the best unless
    another one beats it on every fold or is one of `better`: the best of many trials on a few folds of few rows mostly
    has good luck.
    """
    dominating = [trial for trial in trials if _beats(trial, trials[default]) or trial in better]
    best: dict[str, Trial] = {}
    for trial in (*sorted(dominating, key=_sort_key), trials[default], *sorted(trials, key=_sort_key)):
        if not trial.pruned:
            best.setdefault(trial.family, trial)
    return tuple(best.values())


def shortlist(trials: Sequence[Trial], default: int) -> tuple[Trial, ...]:
    """The trials that may be the best of their family: the default first, then the others by their log-loss."""
    lowest: dict[str, Trial] = {}
    for trial in sorted(trials, key=_sort_key):
        if not trial.pruned:
            lowest.setdefault(trial.family, trial)
    chosen = [trials[default]]
    for trial in (*lowest.values(), *best_per_family(trials, default)):
        if trial not in chosen:
            chosen.append(trial)
    return tuple(chosen)


def fold_weights(folds: int) -> NDArray[np.float64]:
    """The weight of each fold [folds], 1 in all: twice that of the one before it."""
    weights = 2.0 ** np.arange(folds)
    return np.asarray(weights / weights.sum())


def _beats(trial: Trial, default: Trial) -> bool:
    """Whether the trial has a lower log-loss on every fold."""
    return not trial.pruned and all(a < b for a, b in zip(trial.log_losses, default.log_losses, strict=True))


def _sort_key(trial: Trial) -> tuple[float, str]:
    return float(_mean_over_folds(np.array(trial.log_losses))), trial.family


def _mean_over_folds(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean over folds [folds, ...], weighted by `fold_weights`."""
    return np.average(losses, axis=0, weights=fold_weights(len(losses)))


def _survivors(candidates: Sequence[Candidate], losses: Sequence[float], default: int) -> list[int]:
    """Indices of the candidates to try on older folds: the default, the best of each family, and the best of all."""
    ranked = sorted(range(len(candidates)), key=lambda index: losses[index])
    families: dict[str, int] = {}
    for index in ranked:
        families.setdefault(candidates[index].family, index)
    always_kept = dict.fromkeys((default, *families.values()))
    in_order = [*always_kept, *(index for index in ranked if index not in always_kept)]
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
