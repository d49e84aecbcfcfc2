"""The search: who predicts later shipments best, tried on folds in time order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import NDArray

from delay_core.ports.model_trainer import ModelTrainer, TrainingSet
from delay_core.ports.progress import Progress
from delay_core.reports import Trial
from delay_core.schema import ShipmentSchema
from delay_core.training.folds import Fold, FoldRows, encoded_fold
from delay_core.training.memo import Memo
from delay_core.training.recency import recency_weights
from delay_core.training.rows import RawRows, TrainingRows
from delay_core.training.search_space import Candidate, default_index

KEPT = 1 / 3
"""The share of candidates that see more than the newest fold; the best of each family does anyway."""

Curves = Mapping[int, NDArray[np.float64]]
"""Log-losses after each round [rounds], by the fold's number."""


@dataclass(frozen=True)
class Search:
    """Tries candidates on folds, in time order; at least one fold. The newest fold decides who sees the others."""

    schema: ShipmentSchema
    rows: RawRows
    folds: Sequence[Fold]
    trainer: ModelTrainer
    memo: Memo
    progress: Progress
    seed: int

    def __call__(self, candidates: Sequence[Candidate]) -> tuple[Trial, ...]:
        """A trial for each candidate, in their order."""
        newest, *others = reversed(range(len(self.folds)))
        self.progress.step("Searching parameters", len(candidates) + len(others) * _going_on(candidates))
        curves: list[dict[int, NDArray[np.float64]]] = [{} for _ in candidates]
        self._try(newest, range(len(candidates)), candidates, curves)
        usual = default_index(candidates)
        kept = _kept(candidates, [float(of[newest].min()) for of in curves], usual)
        for fold in others:
            self._try(fold, kept, candidates, curves)
        return tuple(
            _trial(self.trainer, candidate, of, given_up=place not in kept)
            for place, (candidate, of) in enumerate(zip(candidates, curves, strict=True))
        )

    def _try(
        self,
        fold: int,
        places: Sequence[int],
        candidates: Sequence[Candidate],
        curves: Sequence[dict[int, NDArray[np.float64]]],
    ) -> None:
        lazily = _Encoded(self, fold)
        for place in places:
            candidate = candidates[place]

            def measure(candidate: Candidate = candidate) -> NDArray[np.float64]:
                learn, judge = lazily.rows.learn, lazily.rows.judge
                return self.trainer.learning_curve(
                    candidate.family,
                    candidate.parameters,
                    weighted_training_set(learn, candidate.half_life),
                    TrainingSet(judge.features, judge.labels),
                    self.seed,
                )

            curves[place][fold] = self.memo.curve(candidate, fold, measure)
            self.progress.advance()


@dataclass(frozen=True)
class _Encoded:
    """A fold's rows, encoded once, and not at all where all is remembered."""

    search: Search
    fold: int

    @cached_property
    def rows(self) -> FoldRows:
        return encoded_fold(self.search.schema, self.search.rows, self.search.folds[self.fold])


def weighted_training_set(rows: TrainingRows, half_life: float | None) -> TrainingSet:
    """Rows to fit a model on, weighted by how recent they are."""
    return TrainingSet(rows.features, rows.labels, recency_weights(rows.times, half_life))


def best_of_families(trials: Sequence[Trial], usual: int = 0) -> dict[str, Trial]:
    """Of each family the trial with the lowest log-loss over all folds, the best family first.

    The newest fold counts as much as all before it, and so does each of those: it is closest to what comes next, and
    learned from almost as many rows as the final model will. But the trial at the place `usual` stays the best unless
    another beats it on every fold: the best of many on a few folds of few rows is mostly the luckiest.
    """
    steady = [trial for trial in trials if _beats(trial, trials[usual])]
    best: dict[str, Trial] = {}
    for trial in (*sorted(steady, key=_weighed), trials[usual], *sorted(trials, key=_weighed)):
        if not trial.given_up:
            best.setdefault(trial.family, trial)
    return best


def _beats(trial: Trial, usual: Trial) -> bool:
    """Whether its log-loss is lower on every fold."""
    return not trial.given_up and all(a < b for a, b in zip(trial.log_losses, usual.log_losses, strict=True))


def _weighed(trial: Trial) -> tuple[float, str]:
    return float(_over_folds(np.array(trial.log_losses))), trial.family


def _over_folds(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weighted mean over folds [folds, ...], each with twice the weight of the one before it."""
    return np.average(losses, axis=0, weights=2.0 ** np.arange(len(losses)))


def _kept(candidates: Sequence[Candidate], losses: Sequence[float], usual: int) -> list[int]:
    """The places of those who go on: the usual one, the best of each family, and the best share of all."""
    ranked = sorted(range(len(candidates)), key=lambda place: losses[place])
    families: dict[str, int] = {}
    for place in ranked:
        families.setdefault(candidates[place].family, place)
    sure = dict.fromkeys((usual, *families.values()))
    going_on = [*sure, *(place for place in ranked if place not in sure)]
    return sorted(going_on[: _going_on(candidates)])


def _going_on(candidates: Sequence[Candidate]) -> int:
    """How many: the best share, but as many as families and one more where there are."""
    families = len({candidate.family for candidate in candidates})
    return min(len(candidates), max(ceil(len(candidates) * KEPT), families + 1))


def _trial(trainer: ModelTrainer, candidate: Candidate, curves: Curves, *, given_up: bool) -> Trial:
    """One number of rounds for all folds, where their weighted mean is lowest; a curve goes on as flat as it ended."""
    in_order = [curves[fold] for fold in sorted(curves)]
    longest = max(map(len, in_order))
    losses = np.stack([np.pad(curve, (0, longest - len(curve)), mode="edge") for curve in in_order])
    rounds = int(_over_folds(losses).argmin()) + 1
    return Trial(
        family=candidate.family,
        parameters=dict(trainer.with_rounds(candidate.family, candidate.parameters, rounds)),
        half_life=candidate.half_life,
        log_losses=tuple(losses[:, rounds - 1].round(6).tolist()),
        rounds=rounds if longest > 1 else None,
        given_up=given_up,
    )
