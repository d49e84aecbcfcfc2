"""Raw shipments in, probabilities out; what breaks the schema is answered by field."""

import json

import numpy as np
import pandas as pd
import pytest

from delay_core import Bundle, Predictor
from delay_core.calibration import PlattScaling, calibrator_to_json
from delay_core.digest import canonical_json
from delay_core.errors import BundleError, ShipmentValidationError
from delay_core.ports.model_trainer import BASELINE, TrainingSet
from delay_core.schema import Costs
from fakes import explainer, model_runtime, model_trainer
from support.bundles import tiny_bundle

NUMBERS = {name: 40 for name, column in tiny_bundle("x").schema.features.items() if column.role == "numeric"}
SHIPMENT = {"Timestamp": "2024-03-20 00:11:14", "Traffic_Status": "Heavy", **NUMBERS}


@pytest.fixture(scope="module")
def predictor():
    tiny = tiny_bundle("x")
    width = len(tiny.encoder.names)
    model = model_trainer.ModelTrainer().fit(
        BASELINE, {}, TrainingSet(np.zeros((4, width), dtype=np.float32), np.array([0, 1, 1, 1], dtype=np.int8)), 0
    )
    files = {name: content for name, content in tiny.files.items() if name != "manifest.json"}
    return Predictor(Bundle.pack({**files, "model.onnx": model.to_onnx()}), model_runtime.ModelRuntime())


def test_prediction__has_a_probability_and_a_decision(predictor):
    [prediction] = predictor.predict([SHIPMENT])
    assert prediction.probability == pytest.approx(0.75)
    assert prediction.act
    assert (prediction.expected_saving, prediction.currency) == (pytest.approx(0.5), None)


def test_unavailable_columns__are_ignored_and_named_under_either_name(predictor):
    [prediction] = predictor.predict([{**SHIPMENT, "Shipment Status": "Delayed", "Logistics_Delay_Reason": "Weather"}])
    assert [note.split(":")[0] for note in prediction.notes if "ignored" in note] == [
        "Shipment_Status ignored",
        "Logistics_Delay_Reason ignored",
    ]


def with_files(bundle, **changes):
    return Bundle.pack({**{name: text for name, text in bundle.files.items() if name != "manifest.json"}, **changes})


def with_schema(bundle, **changes):
    return with_files(bundle, **{"schema.json": canonical_json({**bundle.schema.content, **changes})})


def test_personal_data__is_ignored_and_never_quoted(predictor):
    columns = predictor.bundle.schema.content["columns"]
    changed = {name: columns[name] for name in columns} | {"driver": {"role": "ignored", "pii": True}}
    own = Predictor(with_schema(predictor.bundle, columns=changed), model_runtime.ModelRuntime())
    [prediction] = own.predict([{**SHIPMENT, "driver": "Ann Canary"}])
    assert "driver ignored: personal data is never read" in prediction.notes
    assert "Canary" not in str(prediction)


def test_decision__follows_the_costs(predictor):
    costs = {"missed_delay": 10.0, "needless_action": 90.0, "currency": "EUR"}
    own = Predictor(with_schema(predictor.bundle, costs=costs), model_runtime.ModelRuntime())
    [prediction] = own.predict([SHIPMENT])
    assert not prediction.act  # 0.75 is below 90 / (90 + 10)
    assert (prediction.expected_saving, prediction.currency) == (pytest.approx(90 * 0.25 - 10 * 0.75), "EUR")


def test_decision__uses_the_costs_of_the_call(predictor):
    costs = Costs(missed_delay=10.0, needless_action=90.0, currency="USD")
    [prediction] = predictor.predict([SHIPMENT], costs=costs)
    assert not prediction.act
    assert prediction.currency == "USD"


def test_label_set__follows_the_probability(predictor):
    [prediction] = predictor.predict([SHIPMENT])
    assert prediction.label_set == "late"  # 0.75 is above both thresholds


def test_calibration__is_applied_before_the_label_set(predictor):
    own = with_files(predictor.bundle, **{"calibrator.json": calibrator_to_json(PlattScaling(a=1.0, b=-1.5))})
    [prediction] = Predictor(own, model_runtime.ModelRuntime()).predict([SHIPMENT])
    assert prediction.probability == pytest.approx(1 / (1 + np.exp(-(np.log(3) - 1.5))))
    assert prediction.label_set == "cannot tell"


def test_reasons__sum_to_the_probability_and_are_computed_on_request(predictor):
    model = {"weights": [0.01] * len(predictor.bundle.encoder.names), "bias": -1.0}
    own = with_files(predictor.bundle, **{"model.onnx": json.dumps(model).encode()})
    explaining = Predictor(own, model_runtime.ModelRuntime(), explainer.ModelExplainer())
    [plain], [explained] = explaining.predict([SHIPMENT]), explaining.predict([SHIPMENT], explained=True)
    assert plain.reasons == ()
    moved = [reason.points for reason in explained.reasons]
    assert sum(moved) / 100 + 1 / (1 + np.exp(1)) == pytest.approx(explained.probability)
    assert [abs(points) for points in moved] == sorted(map(abs, moved), reverse=True)
    assert {reason.source for reason in explained.reasons} == set(predictor.bundle.encoder.sources)


def test_reasons__are_absent_without_an_explainer(predictor):
    with pytest.raises(BundleError, match="without an explainer"):
        predictor.predict([SHIPMENT], explained=True)


def test_unseen_value__has_a_note(predictor):
    predictions = predictor.predict([SHIPMENT, {**SHIPMENT, "Traffic_Status": "Flooded"}])
    assert predictions[0].notes == ()
    assert predictions[1].notes == ("Traffic_Status: value not seen in training; the unseen bucket answers for it",)


@pytest.mark.parametrize(
    ("shipments", "problem"),
    [
        ([], "no shipment given"),
        ([{**SHIPMENT, "Trafic_Status": "Heavy"}], "Trafic_Status: unknown field; did you mean Traffic_Status"),
        ([{k: v for k, v in SHIPMENT.items() if k != "Waiting_Time"}], "Waiting_Time: missing; it must have a value"),
        ([SHIPMENT, {**SHIPMENT, "Humidity": 140}], "shipment 2: Humidity: 140 is out of range"),
        ([{**SHIPMENT, "Latitude": "north"}], "shipment 1: Latitude: 'north' is not a number"),
        ([{**SHIPMENT, "Traffic_Status": ["Heavy"]}], "is not text"),
    ],
)
def test_invalid_request__is_refused_by_field(predictor, shipments, problem):
    with pytest.raises(ShipmentValidationError, match=problem) as refused:
        predictor.predict(shipments)
    assert refused.value.violations


def test_table__has_the_probabilities_of_single_requests(predictor):
    table = pd.DataFrame([SHIPMENT, SHIPMENT])
    assert predictor.probabilities(table).tolist() == [p.probability for p in predictor.predict([SHIPMENT, SHIPMENT])]
