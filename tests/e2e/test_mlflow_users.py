"""What someone gets who knows only MLflow, and what the command line does with registered versions."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from adapters import simulator
from delay_core import load_schema
from support.cli import Delay
from support.shared_runs import own_copy, with_store

LOADED_BY_MLFLOW = """
import json, sys
import mlflow, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/smart_logistics_delay@production")
table = pd.read_csv(sys.argv[2], keep_default_na=False, dtype=str)
print(json.dumps([float(p) for p in model.predict(table)]))
"""


@pytest.fixture(scope="session")
def raw():
    source = "simulator://smart_logistics?rows=200&seed=5&dirt=0"
    return pd.concat(simulator.ShipmentSource().chunks(source, load_schema("smart_logistics")), ignore_index=True)


def test_mlflow_client__gives_the_same_probabilities(simulated, tmp_path, raw):
    delay, path, out = simulated[0], tmp_path / "raw.csv", tmp_path / "predicted.csv"
    raw.to_csv(path, index=False)
    delay("predict", "--source", path, "--out", out)
    store = f"sqlite:///{delay.data / 'mlflow' / 'mlflow.db'}"
    ended = subprocess.run(
        [sys.executable, "-c", LOADED_BY_MLFLOW, store, str(path)], capture_output=True, text=True, check=True
    )
    probabilities = json.loads(ended.stdout.splitlines()[-1])
    assert np.array_equal(probabilities, pd.read_csv(out, float_precision="round_trip")["probability"])


def test_predict__writes_a_row_for_every_shipment(simulated, tmp_path, raw):
    path, out = tmp_path / "raw.parquet", tmp_path / "predicted.parquet"
    raw.drop(columns=["Logistics_Delay", "Shipment_Status", "Logistics_Delay_Reason", "Asset_ID"]).to_parquet(path)
    answer = simulated[0].json("predict", "--source", path, "--out", out)
    predicted = pd.read_parquet(out)
    assert answer["rows"] == {"read": 200, "accepted": 200, "quarantined": 0, "excluded": 0}
    assert predicted["source_row"].tolist() == list(range(1, 201))
    assert predicted["probability"].between(0, 1).all()
    assert (predicted["prediction"] == (predicted["probability"] >= 0.5)).all()


def test_predict__says_which_categories_were_not_in_the_training_data(simulated, tmp_path, raw):
    path, out = tmp_path / "raw.csv", tmp_path / "predicted.csv"
    raw.assign(Traffic_Status=["HEAVY", "[red]", *raw["Traffic_Status"][2:]]).to_csv(path, index=False)
    output = simulated[0]("predict", "--source", path, "--out", out).stdout
    assert (
        "Traffic_Status: in 2 of 200 rows the value is not in the training data ('HEAVY', '[red]'). The model" in output
    )
    assert pd.read_csv(out)["notes"].notna().sum() == 2


def test_predict__keeps_an_invalid_row_with_its_reason(simulated, tmp_path, raw):
    path = tmp_path / "raw.csv"
    raw.assign(Humidity=["140", *raw["Humidity"][1:]]).to_csv(path, index=False)
    delay = simulated[0]
    answer = delay.json("predict", "--source", path)
    assert answer["rows"]["quarantined"] == 1
    kept = pd.read_parquet(delay.data / "predictions" / answer["address"] / "quarantined-00000.parquet")
    assert kept["reasons"].tolist() == ["Humidity: 140 is out of range; allowed is 0 to 100 %"]


def test_versions__are_promoted_rolled_back_and_not_promoted_again(quick, tmp_path):
    delay = own_copy(quick.delay, tmp_path)
    other = "simulator://smart_logistics?rows=1500&seed=12"
    assert "nothing to roll back" in with_store(Delay(tmp_path / "empty"))("rollback", expect=5).stderr
    assert quick.answer["serving"] == 1
    assert delay.json("train", "--source", other)["model"]["version"] == 2
    assert delay.json("runs")["serving"] == 1  # trained and registered, but not promoted
    decided = delay.json("promote", "--force")["decision"]
    assert (decided["action"], decided["replaced"]) == ("promoted", 1)
    assert "serves already" in delay("promote").stdout
    assert "Version 1 of smart_logistics_delay serves again" in delay("rollback").stdout
    again = delay.json("promote", "--version", "2")["decision"]
    assert again["action"] == "refused"
    assert "rolled back before" in again["reasons"][0]
    runs = delay.json("runs")
    assert runs["serving"] == 1
    assert [d["action"] for d in runs["decisions"]] == ["promoted", "promoted", "rolled_back", "refused"]
    assert "rolled back" in delay("runs").stdout
    assert "has no version 9" in delay("promote", "--version", "9", expect=5).stderr
