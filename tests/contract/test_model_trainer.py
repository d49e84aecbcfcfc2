"""Every ModelTrainer: deterministic, honest about what it does not know, and served as it was fitted."""

import numpy as np
import pytest

from delay_core.errors import TrainingRefused
from delay_core.ports.model_trainer import BASELINE, TrainingSet
from delay_core.training.search_space import SAMPLING_WEIGHTS
from fakes import model_runtime as fake_runtime
from fakes import model_trainer as fake_trainer
from support.lazy_module import LazyModule
from support.training_sets import FEATURES, shipments, train_rows

real, real_runtime = LazyModule("adapters.sklearn.model_trainer"), LazyModule("adapters.onnx")


@pytest.fixture(params=["fake", "scikit-learn and ONNX Runtime"], scope="module")
def pair(request):
    """A trainer, and the runtime that serves what it exports."""
    if request.param == "fake":
        return fake_trainer.ModelTrainer(), fake_runtime.ModelRuntime()
    return real.ModelTrainer(), real_runtime.ModelRuntime()


def every_candidate(trainer):
    yield BASELINE, {}
    for family, grid in trainer.initial_candidates().items():
        for parameters in grid:
            yield family, parameters


@pytest.fixture(scope="module")
def fitted(pair):
    """Every candidate, fitted on the same few shipments."""
    trainer, _ = pair
    return {
        (family, *parameters.items()): trainer.fit(family, parameters, train_rows(300), seed=0)
        for family, parameters in every_candidate(trainer)
    }


@pytest.fixture(scope="module")
def exported(fitted):
    """The bytes of every fitted candidate."""
    return {candidate: fit.to_onnx() for candidate, fit in fitted.items()}


def test_candidates__are_few_and_exclude_the_baseline(pair):
    candidates = pair[0].initial_candidates()
    assert BASELINE not in candidates
    assert all(1 <= len(grid) <= 4 for grid in candidates.values())


def test_families__have_a_weight_in_the_search():
    assert set(SAMPLING_WEIGHTS) == set(real.ModelTrainer().initial_candidates())


def test_candidate__predicts_one_probability_per_row(fitted):
    features, _ = shipments(50, seed=1)
    for fit in fitted.values():
        late = fit.late_probability(features)
        assert late.shape == (50,)
        assert late.dtype == np.float64
        assert ((late >= 0) & (late <= 1)).all()


def test_candidate__is_better_than_the_baseline(fitted):
    features, labels = shipments(500, seed=2)
    for (family, *_), fit in fitted.items():
        late = fit.late_probability(features)
        in_order = (late[labels == 1][:, None] > late[labels == 0][None, :]).mean()
        assert in_order > 0.7 or family == BASELINE


def test_candidate__predictions_follow_the_order_of_rows(fitted):
    features, _ = shipments(40, seed=1)
    for fit in fitted.values():
        np.testing.assert_allclose(fit.late_probability(features[::-1])[::-1], fit.late_probability(features), 1e-12)


def test_baseline__predicts_the_late_rate(pair):
    features, labels = shipments(300)
    late = pair[0].fit(BASELINE, {}, TrainingSet(features, labels), seed=0).late_probability(features[:4] * 100)
    np.testing.assert_allclose(late, labels.mean(), 1e-12)


def test_fit__is_reproducible_to_the_byte(pair, exported):
    for family, parameters in every_candidate(pair[0]):
        if parameters in (pair[0].initial_candidates().get(family) or [{}])[:1]:
            again = pair[0].fit(family, parameters, train_rows(300), seed=0)
            assert again.to_onnx() == exported[family, *parameters.items()]


def test_fit__other_rows_give_other_bytes(pair, exported):
    for family, grid in pair[0].initial_candidates().items():
        other = pair[0].fit(family, grid[0], train_rows(300, seed=5), seed=0)
        assert other.to_onnx() != exported[family, *grid[0].items()]


def test_export__serves_the_fitted_probabilities(pair, fitted, exported):
    features, _ = shipments(1000, seed=3)
    for candidate, fit in fitted.items():
        served = pair[1].load(exported[candidate], FEATURES).late_probability(features)
        assert np.abs(served - fit.late_probability(features)).max() <= 1e-5


def members(pair, fitted):
    """The first candidate of every family, fitted."""
    return [fitted[family, *grid[0].items()] for family, grid in pair[0].initial_candidates().items()]


def test_average__is_the_sum_of_shares_of_probabilities_also_as_it_is_served(pair, fitted):
    features, _ = shipments(500, seed=4)
    models = [*members(pair, fitted), fitted[(BASELINE,)]]
    shares = np.arange(1, len(models) + 1) / sum(range(len(models) + 1))
    average = pair[0].average(models, shares)
    late = average.late_probability(features)
    expected = sum(share * model.late_probability(features) for share, model in zip(shares, models, strict=True))
    np.testing.assert_allclose(late, expected, rtol=1e-12)
    served = pair[1].load(average.to_onnx(), FEATURES).late_probability(features)
    assert np.abs(served - late).max() <= 1e-5
    assert pair[0].average(models, shares).to_onnx() == average.to_onnx()


@pytest.mark.parametrize("shares", [(1.0,), (0.5, 0.4), (1.2, -0.2), (1.0, 0.0)])
def test_average__refuses_shares_that_are_not_positive_and_1_in_all(pair, fitted, shares):
    model = fitted[(BASELINE,)]
    with pytest.raises(TrainingRefused, match="share"):
        pair[0].average([model, model], shares)


def test_fit__does_not_change_its_input(pair):
    features, labels = shipments(100)
    features.flags.writeable = labels.flags.writeable = False
    for family, grid in pair[0].initial_candidates().items():
        pair[0].fit(family, grid[-1], TrainingSet(features, labels), seed=0)


def log_loss(labels, late):
    """The log-loss with clipping: no probability is nearer to 0 or 1 than the precision of float64."""
    precision = np.finfo(np.float64).eps
    late = np.clip(late, precision, 1 - precision)
    return -np.log(np.where(labels == 1, late, 1 - late)).mean()


def sampled(trainer, seed):
    return [
        (family, trainer.sample_parameters(family, np.random.default_rng([seed, number])))
        for family in trainer.initial_candidates()
        for number in range(20)
    ]


def test_random_parameters__depend_only_on_the_generator(pair):
    trainer = pair[0]
    samples = sampled(trainer, 3)
    assert samples == sampled(type(trainer)(), 3)
    assert len({(family, *sorted(parameters.items())) for family, parameters in samples}) > len(samples) / 2
    assert samples != sampled(trainer, 4)


def test_random_parameters__have_the_keys_of_the_initial_ones(pair):
    for family, parameters in sampled(pair[0], 5):
        assert list(parameters) == list(pair[0].initial_candidates()[family][0])


def test_random_parameters__can_be_fitted(pair):
    for family, parameters in dict(sampled(pair[0], 0)).items():
        late = pair[0].fit(family, pair[0].with_rounds(family, parameters, 5), train_rows(300), seed=0)
        assert np.isfinite(late.late_probability(shipments(10)[0])).all()


def test_random_parameters__refuse_an_unknown_family():
    with pytest.raises(TrainingRefused, match="crystal_ball"):
        real.ModelTrainer().sample_parameters("crystal_ball", np.random.default_rng(0))


def test_weights__move_the_prediction_toward_heavier_rows(pair, fitted):
    features, labels = shipments(300)
    on_late = np.where(labels == 1, 3.0, 1.0)
    for family, grid in pair[0].initial_candidates().items():
        alike = fitted[family, *grid[0].items()]
        pulled = pair[0].fit(family, grid[0], TrainingSet(features, labels, on_late / on_late.mean()), 0)
        assert pulled.late_probability(features).mean() > alike.late_probability(features).mean() + 0.03


def test_weights__of_one_change_nothing(pair, fitted):
    features, labels = shipments(300)
    for family, grid in pair[0].initial_candidates().items():
        alike = fitted[family, *grid[0].items()]
        weighted = pair[0].fit(family, grid[0], TrainingSet(features, labels, np.ones(300)), 0)
        # A forest with weights samples its rows in another way: other trees, similar answers.
        gap = np.abs(weighted.late_probability(features) - alike.late_probability(features))
        assert gap.mean() < (0.05 if family in {"random_forest", "extra_trees"} else 1e-9)


def test_learning_curve__equals_separate_fits_of_each_length(pair):
    trainer, (unseen, outcomes) = pair[0], shipments(200, seed=9)
    train = TrainingSet(*shipments(300), np.linspace(0.5, 1.5, 300))
    for family, grid in trainer.initial_candidates().items():
        curve = trainer.learning_curve(family, grid[0], train, TrainingSet(unseen, outcomes), 0)
        assert curve.ndim == 1
        for rounds in {1, len(curve)}:
            model = trainer.fit(family, trainer.with_rounds(family, grid[0], rounds), train, 0)
            assert log_loss(outcomes, model.late_probability(unseen)) == pytest.approx(curve[rounds - 1], abs=1e-6)


def test_learning_curve__of_a_family_without_rounds_has_one_point(pair):
    rows = train_rows(300)
    for family, grid in pair[0].initial_candidates().items():
        if pair[0].with_rounds(family, grid[0], 3) == grid[0]:
            assert len(pair[0].learning_curve(family, grid[0], rows, rows, 0)) == 1


def test_unknown_family__is_reported_by_name(pair):
    with pytest.raises(TrainingRefused, match="crystal_ball"):
        pair[0].fit("crystal_ball", {}, train_rows(50), seed=0)


def test_unknown_parameter__is_reported_by_name(pair):
    for family, parameters in every_candidate(pair[0]):
        with pytest.raises(TrainingRefused, match="colour"):
            pair[0].fit(family, {**parameters, "colour": 1}, train_rows(50), seed=0)


def test_fingerprint__is_stable(pair):
    assert pair[0].fingerprint == type(pair[0])().fingerprint != ""
