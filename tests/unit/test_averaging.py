"""The average of the families: equal shares, no member far behind, and a single model where it is clearly better."""

import numpy as np
import pytest

from delay_core.evaluation import log_losses
from delay_core.reports import Trial
from delay_core.training.averaging import (
    MAX_LAG,
    MIN_LEAD,
    NEWEST_FOLDS,
    average_families,
    choose_single,
    mean_loss,
)
from delay_core.training.out_of_fold import OutOfFold

FOLDS, ROWS = 4, 500
FOLD = np.repeat(np.arange(FOLDS), ROWS)
ONE_OF_MANY = 1000


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


@pytest.fixture(scope="module")
def truth():
    """Log-odds of being late [rows]."""
    return np.random.default_rng(0).normal(-1, 1.2, len(FOLD))


@pytest.fixture(scope="module")
def labels(truth):
    return (np.random.default_rng(1).random(len(FOLD)) < sigmoid(truth)).astype(np.int8)


def noisy(truth, scale, seed):
    return sigmoid(truth + np.random.default_rng(seed).normal(scale=scale, size=len(truth)))


def fold_means(losses):
    return tuple(float(losses[fold == FOLD].mean()) for fold in range(FOLDS))


def trials_of(labels, models, half_life=0.5):
    return tuple(
        Trial(
            family=family,
            parameters={},
            half_life=half_life,
            log_losses=fold_means(log_losses(labels, late)),
            rounds=None,
            pruned=False,
        )
        for family, late in models.items()
    )


def out_of_fold(labels, models):
    return OutOfFold(labels, FOLD, None, tuple(models.values()), np.full(len(labels), labels.mean()))


def average(labels, models):
    return average_families(trials_of(labels, models), out_of_fold(labels, models))


def single(labels, models, others=None, n_compared=4):
    """The trial that serves instead of the average of `models`; `others` are no first candidates."""
    first, rest = trials_of(labels, models), trials_of(labels, others or {})
    everyone = list(models.values()) + list((others or {}).values())
    rows = OutOfFold(labels, FOLD, None, tuple(everyone), np.full(len(labels), labels.mean()))
    return choose_single(average(labels, models), (*first, *rest), rows, first, n_compared)


def test_models_of_equal_worth__are_averaged_with_lower_loss_than_each(truth, labels):
    models = {family: noisy(truth, 0.8, seed) for seed, family in enumerate(("forest", "boosting", "linear"), 2)}
    result = average(labels, models)
    assert (result.trial.family, result.trial.half_life) == ("average", 0.5)
    assert [member.family for member in result.members] == list(models)
    assert result.trial.parameters == pytest.approx(dict.fromkeys(models, 1 / 3))
    np.testing.assert_allclose(result.probabilities, np.mean(list(models.values()), axis=0))
    np.testing.assert_allclose(result.trial.log_losses, fold_means(log_losses(labels, result.probabilities)), atol=1e-6)
    assert mean_loss(result.trial) < min(map(mean_loss, result.members))
    assert single(labels, models) is None


def test_a_family_far_behind_the_best__is_no_member(truth, labels):
    models = {"forest": noisy(truth, 0.5, 2), "boosting": noisy(truth, 0.5, 3), "collapsed": sigmoid(-2 * truth)}
    forest, _, collapsed = trials_of(labels, models)
    assert mean_loss(collapsed) > mean_loss(forest) + MAX_LAG
    assert [member.family for member in average(labels, models).members] == ["forest", "boosting"]


def test_the_only_family_that_is_not_far_behind__serves_without_members(truth, labels):
    result = average(labels, {"forest": noisy(truth, 0.5, 2), "collapsed": sigmoid(-2 * truth)})
    assert (result.trial.family, result.members) == ("forest", ())
    np.testing.assert_array_equal(result.probabilities, noisy(truth, 0.5, 2))


def test_a_first_candidate_with_a_clear_lead__serves_alone(truth, labels):
    weak = {"forest": sigmoid(0.4 * truth - 0.6), "linear": sigmoid(0.3 * truth - 0.7)}
    models = {**weak, "boosting": sigmoid(truth)}
    chosen = single(labels, models)
    assert chosen is not None
    assert chosen.family == "boosting"
    assert mean_loss(chosen) <= mean_loss(average(labels, models).trial) - MIN_LEAD


def test_a_first_candidate_with_a_lead_since_a_change__serves_alone(truth, labels):
    weak = {"forest": sigmoid(0.4 * truth - 0.6), "linear": sigmoid(0.3 * truth - 0.7)}
    models = {**weak, "boosting": np.where(FOLD >= FOLDS - NEWEST_FOLDS, sigmoid(truth), sigmoid(-truth))}
    [boosting] = trials_of(labels, {"boosting": models["boosting"]})
    assert mean_loss(boosting) > mean_loss(average(labels, models).trial) - MIN_LEAD
    assert single(labels, models) == boosting


def test_a_first_candidate_that_leads_on_the_newest_fold_alone__does_not_serve(truth, labels):
    weak = {"forest": sigmoid(0.4 * truth - 0.6), "linear": sigmoid(0.3 * truth - 0.7)}
    lately = np.where(FOLD == FOLDS - 1, sigmoid(truth), sigmoid(0.2 * truth - 0.8))
    models = {**weak, "boosting": lately}
    boosting, limit = trials_of(labels, {"boosting": lately})[0], mean_loss(average(labels, models).trial)
    assert mean_loss(boosting) <= limit - MIN_LEAD
    assert single(labels, models) is None


def test_another_candidate__serves_only_if_it_is_better_by_more_than_the_noise_of_all_comparisons(truth, labels):
    models = {"forest": noisy(0.6 * truth - 0.4, 0.3, 2), "linear": noisy(0.6 * truth - 0.4, 0.3, 3)}
    best = {"boosting": sigmoid(truth)}
    assert single(labels, models, best, n_compared=2) == trials_of(labels, best)[0]
    log_odds = np.log(average(labels, models).probabilities / (1 - average(labels, models).probabilities))
    tried = [noisy(log_odds, 0.1, seed) for seed in range(100, 150)]
    lucky = {"boosting": min(tried, key=lambda late: mean_loss(*trials_of(labels, {"boosting": late})))}
    assert mean_loss(trials_of(labels, lucky)[0]) < mean_loss(average(labels, models).trial)
    assert single(labels, models, lucky, ONE_OF_MANY) is None


def with_losses(*losses):
    return Trial(family="forest", parameters={}, half_life=None, log_losses=losses, rounds=None, pruned=False)


def test_mean_loss__weighs_the_newest_fold_more_than_all_others_together():
    assert mean_loss(with_losses(1.0, 1.0, 1.0, 0.0)) == pytest.approx(7 / 15)
    assert mean_loss(with_losses(0.3)) == 0.3


def test_a_forest_that_called_one_late_shipment_impossible__is_no_member():
    """The fold losses of a table of 800 rows: one row made the 1.429."""
    forest, boosting = with_losses(0.265, 1.429, 0.488, 0.477), with_losses(0.291, 0.281, 0.503, 0.429)
    assert mean_loss(forest) > mean_loss(boosting) + MAX_LAG
