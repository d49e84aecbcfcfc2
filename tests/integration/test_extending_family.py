"""The worked example of a model family in docs/extending.md."""

import json

import numpy as np
import pytest

from support.worked_example import apply_example, run_example

PROGRAM = """
import json
import numpy as np
from adapters.onnx import ModelExplainer, ModelRuntime
from adapters.sklearn.model_trainer import ModelTrainer
from delay_core.ports.model_trainer import TrainingSet
from delay_core.training.search_space import list_candidates

draw = np.random.default_rng(0)
features = draw.normal(size=(600, 4)).astype(np.float32)
labels = (features[:, 0] + features[:, 1] * features[:, 2] + draw.normal(size=600) > 0.5).astype(np.int8)
trainer = ModelTrainer()
parameters = trainer.initial_candidates()["random_splits"][0]
model = trainer.fit("random_splits", parameters, TrainingSet(features[:400], labels[:400]), seed=0)
onnx, test = model.to_onnx(), features[400:]
print(json.dumps({
    "families": list(trainer.initial_candidates()),
    "sampled": sorted({candidate.family for candidate in list_candidates(trainer, 60, 0, None)}),
    "labels": labels[400:].tolist(),
    "fitted": model.late_probability(test).tolist(),
    "served": ModelRuntime().load(onnx, 4).late_probability(test).tolist(),
    "explained": ModelExplainer().load(onnx, 4).contributions(test).scores.tolist(),
}))
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    files = apply_example("A model family", folder)
    return {**json.loads(run_example(folder, PROGRAM)), "files": files}


def test_model_family__needs_two_files(result):
    package = "src/adapters/sklearn/families"
    assert result["files"] == {f"{package}/random_splits.py", f"{package}/__init__.py"}


def test_model_family__is_tried_by_the_search(result):
    assert result["families"][-1] == "random_splits"
    assert "random_splits" in result["sampled"]


def test_model_family__predicts_what_its_onnx_predicts_and_explains(result):
    fitted = np.array(result["fitted"])
    late, on_time = (fitted[np.array(result["labels"]) == label] for label in (1, 0))
    assert (late[:, None] > on_time[None, :]).mean() > 0.65
    np.testing.assert_allclose(result["served"], fitted, rtol=0, atol=1e-5)
    np.testing.assert_allclose(result["explained"], fitted, rtol=0, atol=1e-5)
