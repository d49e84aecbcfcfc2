"""Training with scikit-learn: equal bytes in every process, early stopping, and models that are served as fitted."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from adapters.onnx import ModelRuntime
from adapters.sklearn.families.hist_gradient_boosting import PARALLEL_MIN_ROWS
from adapters.sklearn.model_trainer import ModelTrainer
from delay_core.calibration import METHODS
from delay_core.ports.model_trainer import TrainingSet
from support.training_sets import shipments

TESTS = Path(__file__).parents[1]


def test_boosting__stops_early_if_further_trees_bring_nothing():
    trainer = ModelTrainer()
    draw = np.random.default_rng(0)
    labels = (np.arange(400) % 2).astype(np.int8)
    noise = [TrainingSet(draw.normal(size=(400, 3)).astype(np.float32), labels) for _ in range(2)]
    [parameters, *_] = trainer.initial_candidates()["hist_gradient_boosting"]
    assert len(trainer.learning_curve("hist_gradient_boosting", parameters, *noise, 0)) < parameters["max_iter"]


@pytest.mark.parametrize("decimals", [8, 2, 1])
def test_boosting__with_weights_has_the_bits_of_scikit_learn(decimals):
    """With two decimals, columns have equal values; with one, fewer values than bins."""
    trainer, (features, labels) = ModelTrainer(), shipments(900)
    rows = TrainingSet(features.round(decimals), labels, 0.5 ** np.linspace(8, 0, 900))
    [parameters, *_] = trainer.initial_candidates()["hist_gradient_boosting"]
    few_rounds = trainer.with_rounds("hist_gradient_boosting", parameters, 5)
    model = trainer.fit("hist_gradient_boosting", few_rounds, rows, 0)
    plain = HistGradientBoostingClassifier(**few_rounds, early_stopping=False, random_state=0)
    plain.fit(rows.features, rows.labels, sample_weight=rows.weights)
    for bins, same_bins in zip(*(each._bin_mapper.bin_thresholds_ for each in (model.ensemble, plain)), strict=True):
        assert bins.tolist() == same_bins.tolist()
    assert np.array_equal(model.late_probability(rows.features), plain.predict_proba(rows.features)[:, 1])


def test_fingerprint__names_the_versions_that_affect_the_bytes():
    for library in ("scikit-learn", "skl2onnx", "onnx", "numpy"):
        assert f"{library} " in ModelTrainer().fingerprint


_PROGRAM = """
import hashlib, os, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: int(sys.argv[1])]))
import numpy as np
from adapters.sklearn.model_trainer import ModelTrainer
from adapters.sklearn.regression_solver import RegressionSolver
from delay_core.calibration import METHODS, calibrator_to_json
from delay_core.training.calibration_fit import fit_calibrator
from support.training_sets import train_rows
for family, grid in ModelTrainer().initial_candidates().items():
    model = ModelTrainer().fit(family, grid[0], train_rows(1000), seed=7)
    print("model", family, hashlib.sha256(model.to_onnx()).hexdigest())
few_trees = {{**ModelTrainer().initial_candidates()["hist_gradient_boosting"][0], "max_iter": 6}}
model = ModelTrainer().fit("hist_gradient_boosting", few_trees, train_rows({many}), seed=7)
print("model on every core", hashlib.sha256(model.to_onnx()).hexdigest())
draw = np.random.default_rng(1); truth = draw.random(200_000)
late = (draw.random(200_000) < truth ** 2).astype(np.int8)
for method in METHODS:
    print("calibrator", calibrator_to_json(fit_calibrator(RegressionSolver(), method, late, truth)))
"""


@pytest.fixture(scope="module")
def outputs():
    """What the program prints on one core and on two, with other threads and hash seeds."""
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(many=PARALLEL_MIN_ROWS), n],
            env={
                **os.environ,
                "PYTHONPATH": str(TESTS),
                "PYTHONHASHSEED": n,
                "OMP_NUM_THREADS": n,
                "LOKY_MAX_CPU_COUNT": n,
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in ("1", "2")
    ]
    return [run.communicate()[0].splitlines() for run in runs]


def lines_of(outputs, kind):
    return [[line for line in output if line.startswith(kind)] for output in outputs]


def test_models__have_equal_bytes_in_other_processes_threads_and_hash_seeds(outputs):
    one, two = lines_of(outputs, "model")
    assert len(one) == len(ModelTrainer().initial_candidates()) + 1
    assert one == two


def test_calibrators__have_equal_bits_on_one_core_and_two(outputs):
    one, two = lines_of(outputs, "calibrator")
    assert len(one) == len(METHODS)
    assert one == two


@pytest.mark.parametrize("family", ["hist_gradient_boosting", "random_forest", "logistic_regression"])
def test_models__with_adjacent_float32_values_are_served_as_fitted(family):
    draw = np.random.default_rng(3)
    near = (1000 + draw.random(20_000) / 1000).astype(np.float32)
    years = draw.choice([2023, 2024, 2024, 2024], 20_000).astype(np.float32)
    features = np.stack([near, np.nextafter(near, np.float32(2000)), years], axis=1)
    labels = ((near > 1000.0004) ^ (draw.random(20_000) < 0.1)).astype(np.int8)
    trainer = ModelTrainer()
    fit = trainer.fit(family, trainer.initial_candidates()[family][0], TrainingSet(features, labels), seed=0)
    served = ModelRuntime().load(fit.to_onnx(), 3).late_probability(features)
    assert np.abs(served - fit.late_probability(features)).max() <= 1e-5
