"""The search: every candidate is tried once, bad ones are pruned, nothing is measured twice."""

from collections import Counter

import numpy as np
import pytest

from delay_core.errors import TrainingRefused
from delay_core.reports import Trial
from delay_core.training import Search, TrialCache, select_model, time_folds
from delay_core.training.search import best_per_family, shortlist
from delay_core.training.search_space import DEFAULT_FAMILY, SAMPLING_WEIGHTS, Candidate, default_index, list_candidates
from fakes.artifact_store import ArtifactStore
from fakes.model_trainer import ModelTrainer
from fakes.progress import Progress
from fakes.regression_solver import RegressionSolver
from fakes.worker_pool import WorkerPool
from unit.test_time_folds import SCHEMA, raw

COUNT = 400
DRAW = np.random.default_rng(5)
WEIGHTS = DRAW.normal(size=COUNT)
LABELS = (WEIGHTS + DRAW.normal(size=COUNT) > 0).astype(int)


class CountingTrainer(ModelTrainer):
    """Counts the learning curves that are measured."""

    def __init__(self):
        self.curves = 0

    def learning_curve(self, *arguments):
        self.curves += 1
        return super().learning_curve(*arguments)


def search(store, trainer, seed=0, labels=LABELS, data="a"):
    rows = raw(range(COUNT), labels)
    rows.columns["weight"] = WEIGHTS
    cache = TrialCache(store, {"data": data, "seed": seed})
    return Search(SCHEMA, rows, time_folds(rows), trainer, WorkerPool(), cache, Progress(), seed)


def test_list_candidates__are_different_and_start_with_the_trainers_own():
    trainer = ModelTrainer()
    listed = list_candidates(trainer, 12, seed=3)
    [(family, parameter_sets)] = trainer.initial_candidates().items()
    assert listed[:2] == tuple(Candidate(family, parameters) for parameters in parameter_sets)
    assert len({str(candidate.content) for candidate in listed}) == 12
    assert listed == list_candidates(trainer, 12, seed=3)
    assert listed[:6] == list_candidates(trainer, 6, seed=3)
    assert listed != list_candidates(trainer, 12, seed=4)
    assert any(candidate.half_life is not None for candidate in listed)


class ManyFamilies(ModelTrainer):
    def initial_candidates(self):
        return {family: ({"shrinkage": 0.1},) for family in (*SAMPLING_WEIGHTS, "extra_trees")}


def test_list_candidates__samples_families_by_their_weights():
    counts = Counter(candidate.family for candidate in list_candidates(ManyFamilies(), 1104, seed=0)[4:])
    assert counts["hist_gradient_boosting"] == pytest.approx(600, abs=60)
    assert counts["random_forest"] == pytest.approx(300, abs=60)
    assert counts["logistic_regression"] == pytest.approx(100, abs=40)
    assert counts["extra_trees"] == pytest.approx(100, abs=40)


def test_default_index__is_the_first_of_the_default_family_or_else_the_first():
    families = ("logistic_regression", DEFAULT_FAMILY, DEFAULT_FAMILY)
    assert default_index([Candidate(family, {}) for family in families]) == 1
    assert default_index([Candidate("logistic_regression", {})]) == 0


def test_search__tries_a_third_of_the_candidates_on_every_fold_and_the_others_on_the_newest():
    trainer = CountingTrainer()
    trials = search(ArtifactStore(), trainer)(list_candidates(trainer, 9, seed=0))
    assert [len(trial.log_losses) for trial in trials if not trial.pruned] == [4, 4, 4]
    assert [len(trial.log_losses) for trial in trials if trial.pruned] == [1] * 6
    assert trainer.curves == 9 + 3 * 3
    pruned = [trial.log_losses[-1] for trial in trials if trial.pruned]
    assert max(trial.log_losses[-1] for trial in trials if not trial.pruned) <= min(pruned)


def test_search__resumes_where_it_was_interrupted():
    store, first, second = ArtifactStore(), CountingTrainer(), CountingTrainer()
    some = search(store, first)(list_candidates(first, 4, seed=0))
    done = first.curves
    whole = search(store, second)(list_candidates(second, 9, seed=0))
    assert second.curves < 9 + 3 * 3
    assert second.curves >= 9 + 3 * 3 - done
    assert [trial.log_losses[-1] for trial in whole[:4]] == [trial.log_losses[-1] for trial in some]
    assert whole == search(ArtifactStore(), CountingTrainer())(list_candidates(second, 9, seed=0))


def test_search__measures_nothing_twice():
    store, trainer = ArtifactStore(), CountingTrainer()
    trials = search(store, trainer)(list_candidates(trainer, 6, seed=0))
    again = CountingTrainer()
    assert search(store, again)(list_candidates(again, 6, seed=0)) == trials
    assert again.curves == 0


@pytest.mark.parametrize("other", [{"data": "b"}, {"seed": 1}])
def test_search__measures_other_data_and_other_seeds(other):
    store, trainer = ArtifactStore(), CountingTrainer()
    search(store, trainer)(list_candidates(trainer, 3, seed=0))
    before = trainer.curves
    search(store, trainer, **other)(list_candidates(trainer, 3, seed=0))
    assert trainer.curves == 2 * before


def trial(family, *losses, pruned=False):
    return Trial(family=family, parameters={}, half_life=None, log_losses=losses, rounds=None, pruned=pruned)


def test_best_per_family__weighs_the_newest_fold_most_and_leaves_out_pruned_trials():
    default, steady, rising = trial("a", 0.9, 0.9, 0.9), trial("b", 0.5, 0.5, 0.5), trial("c", 0.6, 0.6, 0.4)
    best = best_per_family([default, steady, rising, trial("d", 0.1, pruned=True)])
    assert [one.family for one in best] == ["c", "b", "a"]


def test_best_per_family__keeps_the_default_unless_another_beats_it_on_every_fold():
    first, luckier, better = trial("a", 0.5, 0.5), trial("b", 0.6, 0.1), trial("a", 0.4, 0.4)
    assert best_per_family([first, luckier]) == (first, luckier)
    assert best_per_family([luckier, first], default=1) == (first, luckier)
    assert best_per_family([first, luckier, better]) == (better, luckier)


def test_best_per_family__replaces_the_default_by_a_trial_that_is_better_by_more_than_noise():
    first, better, lower = trial("a", 0.5, 0.5), trial("b", 0.6, 0.2), trial("c", 0.6, 0.1)
    assert best_per_family([first, better, lower], better=[better]) == (better, first, lower)


def test_shortlist__has_the_default_and_all_that_may_be_the_best_of_their_family():
    default, steady, lowest = trial("a", 0.5, 0.5), trial("b", 0.4, 0.4), trial("b", 0.6, 0.1)
    pruned, other = trial("b", 0.0, pruned=True), trial("b", 0.7, 0.7)
    assert shortlist([other, default, pruned, steady, lowest], default=1) == (default, lowest, steady)


def test_select_model__reports_out_of_fold_metrics_of_every_family_and_the_baselines():
    chosen = select_model(search(ArtifactStore(), ModelTrainer()), 6, RegressionSolver())
    assert set(chosen.validation) == {"mean_difference", "baseline", "recent_rate"}
    assert chosen.validation["mean_difference"]["roc_auc"].low > 0.7 > chosen.validation["baseline"]["roc_auc"].high
    assert chosen.winner.family == "mean_difference"
    assert len(chosen.trials) == 6


def test_select_model__refuses_a_validation_split_of_one_class():
    labels = [1, 0] * (COUNT // 4) + [0] * (COUNT // 2)
    with pytest.raises(TrainingRefused, match=r"validation split \(200 shipments, 0 late\) holds one class only"):
        select_model(search(ArtifactStore(), ModelTrainer(), labels=labels), 2, RegressionSolver())


def test_select_model__refuses_training_rows_of_one_class():
    with pytest.raises(TrainingRefused, match="no validation fold can be evaluated"):
        select_model(search(ArtifactStore(), ModelTrainer(), labels=[0] * COUNT), 2, RegressionSolver())
