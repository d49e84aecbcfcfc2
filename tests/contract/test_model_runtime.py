"""Every ModelRuntime: serves what its trainer exported, and refuses everything else without running it."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from delay_core.errors import BundleError
from delay_core.ports.model_trainer import TrainingSet
from fakes import model_runtime as fake_runtime
from fakes import model_trainer as fake_trainer
from support.lazy_module import LazyModule

real, onnx = LazyModule("adapters.onnx"), LazyModule("onnx")
real_trainer = LazyModule("adapters.sklearn.model_trainer")

FEATURES = 4


@pytest.fixture(params=["fake", "ONNX Runtime"], scope="module")
def served(request):
    """A runtime, and models of every family that it can serve, with their average."""
    fake = request.param == "fake"
    trainer = (fake_trainer if fake else real_trainer).ModelTrainer()
    train = TrainingSet(rows(400), (rows(400)[:, 0] > 0.3).astype(np.int8))
    models = [trainer.fit(family, sets[0], train, seed=0) for family, sets in trainer.initial_candidates().items()]
    models.append(trainer.fit("baseline", {}, train, seed=0))
    models.append(trainer.average(models, [1 / len(models)] * len(models)))
    return (fake_runtime if fake else real).ModelRuntime(), [model.to_onnx() for model in models]


def rows(count, seed=0):
    return np.random.default_rng(seed).normal(size=(count, FEATURES)).astype(np.float32)


def test_score__gives_one_probability_per_row(served):
    runtime, models = served
    for model in models:
        late = runtime.load(model, FEATURES).late_probability(rows(70))
        assert late.shape == (70,)
        assert late.dtype == np.float64
        assert ((late >= 0) & (late <= 1)).all()


def test_empty_batch__has_no_probabilities(served):
    runtime, models = served
    for model in models:
        late = runtime.load(model, FEATURES).late_probability(rows(0))
        assert late.shape == (0,)
        assert late.dtype == np.float64


def test_row__has_the_same_bits_alone_and_in_a_batch(served):
    runtime, models = served
    for model in models:
        scorer = runtime.load(model, FEATURES)
        alone = [scorer.late_probability(rows(60)[i : i + 1])[0] for i in range(60)]
        np.testing.assert_array_equal(alone, scorer.late_probability(rows(60)))


def test_score__does_not_depend_on_memory_layout(served):
    runtime, models = served
    scorer = runtime.load(models[0], FEATURES)
    expected = scorer.late_probability(rows(60))
    np.testing.assert_array_equal(scorer.late_probability(np.asfortranarray(rows(60))), expected)
    np.testing.assert_array_equal(scorer.late_probability(rows(60)[::2]), expected[::2])


def test_threads__get_the_result_of_a_single_thread(served):
    runtime, models = served
    scorer = runtime.load(models[0], FEATURES)
    batches = [rows(1 + seed % 50, seed) for seed in range(400)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(scorer.late_probability, batches))
    for batch, late in zip(batches, together, strict=True):
        np.testing.assert_array_equal(late, scorer.late_probability(batch))


def test_wrong_number_of_features__is_refused(served):
    runtime, models = served
    for model in models:
        with pytest.raises(BundleError, match=str(FEATURES)):
            runtime.load(model, FEATURES + 1)


@pytest.mark.parametrize("content", [b"", b"no model", b"\x80\x04K\x01.", b"[]", bytes(1000)])
def test_load__refuses_other_bytes(served, content, capfd):
    with pytest.raises(BundleError):
        served[0].load(content, FEATURES)
    assert capfd.readouterr() == ("", "")


def test_load__refuses_a_truncated_model(served):
    runtime, models = served
    for model in models:
        for length in range(1, len(model) // 2, max(1, len(model) // 50)):
            with pytest.raises(BundleError):
                runtime.load(model[:length], FEATURES)


class _Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_load__refuses_a_pickle_without_running_it(served, tmp_path):
    with pytest.raises(BundleError):
        served[0].load(pickle.dumps(_Touch(tmp_path / "executed")), FEATURES)
    assert not (tmp_path / "executed").exists()


# What only ONNX can get wrong.


def graph(nodes, outputs=("late",), inputs=("x",), kind="FLOAT", constants=()):
    def port(name, shape):
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.DataType.Value(kind), shape)

    made = onnx.helper.make_graph(
        nodes, "g", [port(n, ["rows", FEATURES]) for n in inputs], [port(n, ["rows"]) for n in outputs], constants
    )
    return onnx.helper.make_model(
        made, opset_imports=[onnx.helper.make_opsetid("", 18)], ir_version=9
    ).SerializeToString()


def sum_of_squares(name="late", source="x"):
    return onnx.helper.make_node("ReduceSumSquare", [source, "last"], [name], keepdims=0)


def last_axis():
    return onnx.helper.make_tensor("last", onnx.TensorProto.INT64, [1], [-1])


def test_load__refuses_a_graph_with_two_outputs():
    model = graph([sum_of_squares(), sum_of_squares("more")], outputs=("late", "more"), constants=[last_axis()])
    with pytest.raises(BundleError, match="one output"):
        real.ModelRuntime().load(model, FEATURES)


def test_load__refuses_a_graph_with_two_inputs():
    model = graph(
        [onnx.helper.make_node("Add", ["x", "y"], ["z"]), sum_of_squares(source="z")],
        ("late",),
        ("x", "y"),
        constants=[last_axis()],
    )
    with pytest.raises(BundleError, match="one input"):
        real.ModelRuntime().load(model, FEATURES)


def test_load__refuses_a_graph_of_doubles():
    model = graph([sum_of_squares()], kind="DOUBLE", constants=[last_axis()])
    with pytest.raises(BundleError, match="float"):
        real.ModelRuntime().load(model, FEATURES)


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("value", [1.0, -np.inf, np.nan])
def test_score__outside_0_and_1_is_an_error_and_not_clipped(value, count):
    scorer = real.ModelRuntime().load(graph([sum_of_squares()], constants=[last_axis()]), FEATURES)
    features = np.zeros((count, FEATURES), dtype=np.float32)
    assert scorer.late_probability(features).tolist() == [0.0] * count
    features[-1] = value
    with pytest.raises(BundleError, match="within 0 and 1"):
        scorer.late_probability(features)


@pytest.mark.parametrize("inside", ["an initializer", "a constant node"])
def test_load__refuses_a_model_that_reads_a_file(tmp_path, monkeypatch, inside):
    monkeypatch.chdir(tmp_path)
    np.zeros(FEATURES, dtype=np.float32).tofile("weights.bin")
    outside = onnx.TensorProto(
        name="w", data_type=onnx.TensorProto.FLOAT, dims=[FEATURES], data_location=onnx.TensorProto.EXTERNAL
    )
    for key, value in (("location", "weights.bin"), ("offset", "0"), ("length", str(4 * FEATURES))):
        outside.external_data.add(key=key, value=value)
    nodes = [onnx.helper.make_node("Add", ["x", "w"], ["z"]), sum_of_squares(source="z")]
    constants = [last_axis(), outside]
    if inside == "a constant node":
        nodes.insert(0, onnx.helper.make_node("Constant", [], ["w"], value=outside))
        constants.pop()
    with pytest.raises(BundleError, match="External data"):
        real.ModelRuntime().load(graph(nodes, constants=constants), FEATURES)
