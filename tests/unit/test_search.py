"""The search: every candidate is tried once, bad ones are pruned, nothing is measured twice."""

from collections import Counter

import numpy as np
import pytest

from delay_core.errors import TrainingRefused
from delay_core.training import Search, TrialCache, select_model, time_folds
from delay_core.training.search_space import SAMPLING_WEIGHTS, Candidate, first_candidates, list_candidates
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
    listed = list_candidates(trainer, 12, 3, None)
    [(family, parameter_sets)] = trainer.initial_candidates().items()
    assert listed[:2] == tuple(Candidate(family, parameters) for parameters in parameter_sets)
    assert len({str(candidate.content) for candidate in listed}) == 12
    assert listed == list_candidates(trainer, 12, 3, None)
    assert listed[:6] == list_candidates(trainer, 6, 3, None)
    assert listed != list_candidates(trainer, 12, 4, None)
    assert {candidate.half_life for candidate in listed} == {None}
    assert {candidate.half_life for candidate in list_candidates(trainer, 12, 3, 0.25)} == {0.25}


def test_first_candidates__are_one_of_each_family():
    assert first_candidates(ManyFamilies(), 0.5) == tuple(
        Candidate(family, {"shrinkage": 0.1}, 0.5) for family in ManyFamilies().initial_candidates()
    )


class ManyFamilies(ModelTrainer):
    def initial_candidates(self):
        return {family: ({"shrinkage": 0.1},) for family in (*SAMPLING_WEIGHTS, "bagging")}


def test_list_candidates__samples_families_by_their_weights():
    counts = Counter(candidate.family for candidate in list_candidates(ManyFamilies(), 1205, 0, None)[5:])
    assert counts["hist_gradient_boosting"] == pytest.approx(600, abs=60)
    assert counts["random_forest"] == pytest.approx(200, abs=50)
    assert counts["extra_trees"] == pytest.approx(200, abs=50)
    assert counts["logistic_regression"] == pytest.approx(100, abs=40)
    assert counts["bagging"] == pytest.approx(100, abs=40)


def test_search__tries_a_third_of_the_candidates_on_every_fold_and_the_others_on_the_newest():
    trainer = CountingTrainer()
    trials = search(ArtifactStore(), trainer)(list_candidates(trainer, 9, 0, None))
    assert [len(trial.log_losses) for trial in trials if not trial.pruned] == [4, 4, 4]
    assert [len(trial.log_losses) for trial in trials if trial.pruned] == [1] * 6
    assert trainer.curves == 9 + 3 * 3
    pruned = [trial.log_losses[-1] for trial in trials if trial.pruned]
    assert not trials[0].pruned
    assert max(trial.log_losses[-1] for trial in trials[1:] if not trial.pruned) <= min(pruned)


def test_losses__are_those_of_the_trials_by_fold():
    store, trainer = ArtifactStore(), ModelTrainer()
    candidates = list_candidates(trainer, 2, 0, None)
    trials = search(store, trainer)(candidates)
    again = search(store, trainer)
    again.progress.step("Comparing", 10)
    losses = again.losses(range(4), candidates)
    assert [tuple(row) for row in losses] == [trial.log_losses for trial in trials]
    assert again.losses([3], candidates).tolist() == losses[:, 3:].tolist()


def test_search__resumes_where_it_was_interrupted():
    store, first, second = ArtifactStore(), CountingTrainer(), CountingTrainer()
    some = search(store, first)(list_candidates(first, 4, 0, None))
    done = first.curves
    whole = search(store, second)(list_candidates(second, 9, 0, None))
    assert second.curves < 9 + 3 * 3
    assert second.curves >= 9 + 3 * 3 - done
    assert [trial.log_losses[-1] for trial in whole[:4]] == [trial.log_losses[-1] for trial in some]
    assert whole == search(ArtifactStore(), CountingTrainer())(list_candidates(second, 9, 0, None))


def test_search__measures_nothing_twice():
    store, trainer = ArtifactStore(), CountingTrainer()
    trials = search(store, trainer)(list_candidates(trainer, 6, 0, None))
    again = CountingTrainer()
    assert search(store, again)(list_candidates(again, 6, 0, None)) == trials
    assert again.curves == 0


@pytest.mark.parametrize("other", [{"data": "b"}, {"seed": 1}])
def test_search__measures_other_data_and_other_seeds(other):
    store, trainer = ArtifactStore(), CountingTrainer()
    search(store, trainer)(list_candidates(trainer, 3, 0, None))
    before = trainer.curves
    search(store, trainer, **other)(list_candidates(trainer, 3, 0, None))
    assert trainer.curves == 2 * before


def test_select_model__reports_out_of_fold_metrics_of_every_family_and_the_baselines():
    chosen = select_model(search(ArtifactStore(), ModelTrainer()), 6, RegressionSolver())
    assert set(chosen.validation) == {"mean_difference", "baseline", "recent_rate"}
    assert chosen.validation["mean_difference"]["roc_auc"].low > 0.7 > chosen.validation["baseline"]["roc_auc"].high
    assert chosen.winner.family == "mean_difference"
    assert chosen.best == (chosen.winner,)
    assert chosen.members == ()
    assert len(chosen.trials) == 6


def test_select_model__refuses_a_validation_split_of_one_class():
    labels = [1, 0] * (COUNT // 4) + [0] * (COUNT // 2)
    with pytest.raises(TrainingRefused, match=r"validation split \(200 shipments, 0 late\) holds one class only"):
        select_model(search(ArtifactStore(), ModelTrainer(), labels=labels), 2, RegressionSolver())


def test_select_model__refuses_training_rows_of_one_class():
    with pytest.raises(TrainingRefused, match="no validation fold can be evaluated"):
        select_model(search(ArtifactStore(), ModelTrainer(), labels=[0] * COUNT), 2, RegressionSolver())
