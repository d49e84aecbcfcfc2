"""The predecessor's users feel at home: its requests are answered, its answers' fields are there, single and batch."""

import pytest

from delay_core import load_schema
from support.api_server import NOWHERE, ApiServer
from support.registered_models import ALIAS, NAME

CSV = {
    "Timestamp": "2024-03-20 00:11:14",
    "Latitude": -65.7383,
    "Longitude": 11.2497,
    "Inventory_Level": 390,
    "Shipment_Status": "Delayed",
    "Temperature": 27.0,
    "Humidity": 67.8,
    "Traffic_Status": "Detour",
    "Waiting_Time": 38,
    "User_Transaction_Amount": 320,
    "User_Purchase_Frequency": 4,
    "Logistics_Delay_Reason": "None",
    "Asset_Utilization": 60.1,
    "Demand_Forecast": 285,
}
"""As the predecessor's table and its requests have it: a naive time, no shipment id, no Asset_ID, post-hoc columns."""
SCHEMA = load_schema("smart_logistics")


@pytest.fixture(scope="module")
def server(registered, tmp_path_factory):
    data = registered.copy(tmp_path_factory.mktemp("predecessor")).data
    with ApiServer.start(data, MLFLOW_TRACKING_URI=NOWHERE, MODEL_NAME=NAME, MODEL_ALIAS=ALIAS) as started:
        yield started


def ask(server, data):
    answer = server.post("/predict", {"data": data})
    assert answer.status == 200, answer.body
    return answer.json()


def test_one_record_is_answered_by_scalars(server):
    told = ask(server, CSV)
    assert told["prediction"] in (0, 1)
    assert type(told["prediction"]) is int
    assert type(told["probability"]) is float
    assert 0 < told["probability"] < 1


def test_many_records_are_answered_by_lists_even_if_it_is_one(server):
    one, told = ask(server, CSV), ask(server, [CSV, {**CSV, "Waiting_Time": 5}, CSV])
    assert [told["prediction"][0], told["probability"][0]] == [one["prediction"], one["probability"]]
    assert len(told["prediction"]) == len(told["probability"]) == 3
    assert told["probability"][0] == told["probability"][2]
    assert ask(server, [CSV])["probability"] == [one["probability"]]


def test_the_decision_is_that_at_the_default_costs(server, registered):
    told = ask(server, list(registered.records[:50]))
    assert told["act_above"] == 0.5  # both mistakes cost the same
    assert told["prediction"] == [int(p > told["act_above"]) for p in told["probability"]]
    assert set(told["prediction"]) == {0, 1}


@pytest.mark.parametrize("name", [name for name in CSV if SCHEMA.columns[name].aliases])
def test_every_alias_of_a_column_names_it(server, name):
    expected = ask(server, CSV)["probability"]
    for alias in SCHEMA.columns[name].aliases:
        renamed = {alias if key == name else key: value for key, value in CSV.items()}
        assert ask(server, renamed)["probability"] == expected


def test_a_naive_time_is_read_in_the_schemas_zone(server):
    expected = ask(server, CSV)
    for written in (
        "2024-03-20T00:11:14",
        "2024-03-20T00:11:14Z",
        "2024-03-20T01:11:14+01:00",
        "2024-03-20 00:11:14.0",
    ):
        told = ask(server, {**CSV, "Timestamp": written})
        assert [told[field] for field in ("probability", "shipment_id")] == [
            expected[field] for field in ("probability", "shipment_id")
        ]


def test_what_a_table_has_as_text_is_read_as_in_the_table(server):
    assert (
        ask(server, {name: str(value) for name, value in CSV.items()})["probability"] == ask(server, CSV)["probability"]
    )


def test_columns_known_too_late_change_nothing_and_are_named(server):
    without = {name: value for name, value in CSV.items() if name not in ("Shipment_Status", "Logistics_Delay_Reason")}
    other = {**CSV, "Shipment_Status": "Delivered", "Logistics_Delay_Reason": "Weather", "Logistics_Delay": 1}
    answers = [ask(server, asked) for asked in (without, CSV, other)]
    assert len({answer["probability"] for answer in answers}) == 1
    named = [{note.split()[0] for note in answer["notes"] if "ignored" in note} for answer in answers]
    late = {"Shipment_Status", "Logistics_Delay_Reason"}
    assert named == [set(), late, {*late, "Logistics_Delay"}]


def test_an_asset_id_may_be_there_or_not(server):
    assert ask(server, {**CSV, "Asset_ID": "Truck_7"})["probability"] == ask(server, CSV)["probability"]


def test_asking_how_to_ask_is_answered(server):
    told = server.get("/predict")
    assert told.status == 200
    assert ask(server, told.json()["example"]["data"])["prediction"] in (0, 1)


def test_health_says_how_it_is_and_whether_a_model_is_loaded(server):
    told = server.get("/health")
    assert told.status == 200
    assert told.json()["model_loaded"] is True
    assert told.json()["status"] in ("ok", "degraded")


def test_the_models_metadata_has_the_predecessors_six_fields(server):
    told = server.get("/model/metadata").json()
    kinds = {
        "model_name": str,
        "model_version": int,
        "run_id": str,
        "parameters": dict,
        "metrics": dict,
        "model_uri": str,
    }
    assert {name: type(told[name]) for name in kinds} == kinds
    assert (told["model_name"], told["model_version"], told["model_uri"]) == (NAME, 1, f"models:/{NAME}/1")
    assert told["metrics"]
    assert all(isinstance(value, float) for value in told["metrics"].values())


def test_metadata__has_the_metrics_of_both_baselines(server):
    metadata = server.get("/model/metadata").json()
    assert metadata["metrics_intervals"].keys() == metadata["baseline_intervals"].keys()
    assert metadata["recent_rate_intervals"].keys() == metadata["baseline_intervals"].keys()
    assert metadata["recent_rate_intervals"]["log_loss"] != metadata["baseline_intervals"]["log_loss"]


def test_name_and_alias_of_the_model_are_those_of_the_environment(registered, tmp_path):
    data = registered.copy(tmp_path).data
    with ApiServer.start(
        data, ready="/health/live", MLFLOW_TRACKING_URI=NOWHERE, MODEL_NAME=NAME, MODEL_ALIAS="staging"
    ) as server:
        answer = server.post("/predict", {"data": CSV})
        assert answer.status == 503
        assert "not loaded" in answer.json()["detail"]
        health = server.get("/health").json()
        assert (health["status"], health["model_loaded"]) == ("unavailable", False)
        assert server.get("/model/metadata").status == 503


class TestNotes:
    """What an answer tells beside the probability, and a refusal beside its status."""

    def errors(self, server, **changes):
        answer = server.post("/predict", {"data": [CSV, {**CSV, **changes}]})
        assert answer.status == 422
        return answer.json()["errors"]

    def test_a_value_never_seen_is_told_and_answered_for(self, server):
        told = ask(server, {**CSV, "Traffic_Status": "Flooded"})
        assert "Traffic_Status: value not seen in training; the unseen bucket answers for it" in told["notes"]
        assert not [note for note in ask(server, CSV)["notes"] if "not seen" in note]

    def test_a_note_stands_with_the_shipment_that_it_is_about(self, server):
        notes = ask(server, [CSV, {**CSV, "Traffic_Status": "Flooded"}, CSV])["notes"]
        assert [any("not seen" in note for note in of_one) for of_one in notes] == [False, True, False]

    @pytest.mark.parametrize(
        ("field", "meant"),
        [("Trafic_Status", "Traffic_Status"), ("waiting time", "Waiting_Time"), ("Latitde", "Latitude")],
    )
    def test_a_misspelt_field_is_answered_with_the_nearest_names(self, server, field, meant):
        [error] = self.errors(server, **{field: 1})
        assert error["field"] == field
        assert error["message"].startswith("unknown field; did you mean ")
        assert meant in error["message"]

    @pytest.mark.parametrize("name", [name for name, column in SCHEMA.features.items() if column.maximum is not None])
    def test_a_value_out_of_range_is_told_the_range_with_its_unit(self, server, name):
        column = SCHEMA.columns[name]
        [error] = self.errors(server, **{name: column.maximum + 1})
        assert (error["field"], error["shipment"]) == (name, 2)
        limits = f"{column.minimum:.15g} to {column.maximum:.15g}"
        assert error["message"].endswith((f"allowed is {limits} {column.unit}", f"allowed is {limits} ({column.unit})"))

    def test_every_broken_field_of_every_shipment_is_named(self, server):
        broken = {**CSV, "Humidity": "wet", "Latitude": None}
        answer = server.post("/predict", {"data": [broken, CSV, {**broken, "Timestamp": "soon"}]})
        named = {(error["shipment"], error["field"]) for error in answer.json()["errors"]}
        assert named == {(1, "Humidity"), (1, "Latitude"), (3, "Humidity"), (3, "Latitude"), (3, "Timestamp")}
