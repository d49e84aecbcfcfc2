"""The main job: a table becomes a promoted model, and predictions for what is still open."""

import json
from importlib.resources import files

import pytest
import yaml

from adapters.sklearn.model_trainer import ModelTrainer
from delay_core.evaluation import METRICS
from delay_core.ports.model_trainer import AVERAGE
from support.cli import ONE_TRIAL, SMALL, Delay
from support.shared_runs import with_store


def test_rows__are_all_accounted_for(simulated):
    rows = simulated[1]["rows"]
    assert rows["read"] == 3000 == rows["accepted"] + rows["quarantined"] + rows["excluded"]
    assert rows["quarantined"] == sum(simulated[1]["quarantined_because"].values()) > 0


def test_unavailable_columns__are_refused_with_the_reason(simulated):
    assert set(simulated[1]["refused"]) == {"Shipment_Status", "Logistics_Delay_Reason"}
    assert not any("Status =" in name and "Shipment" in name for name in simulated[1]["features"])


def test_metrics__are_within_their_intervals(simulated):
    models = simulated[1]["models"]
    assert set(models) - {AVERAGE} == {"baseline", "recent_rate", *ModelTrainer().initial_candidates()}
    assert simulated[1]["winner"] in models
    for figures in (*models.values(), simulated[1]["test"], simulated[1]["baseline"], simulated[1]["oracle"]):
        assert set(figures) == {metric.name for metric in METRICS}
        assert figures["roc_auc"]["low"] <= figures["roc_auc"]["value"] <= figures["roc_auc"]["high"]


def test_model__is_between_baseline_and_oracle(simulated):
    test, baseline, oracle = (simulated[1][name]["log_loss"]["value"] for name in ("test", "baseline", "oracle"))
    assert oracle < test < baseline
    assert simulated[1]["baseline"]["roc_auc"]["value"] == 0.5
    assert simulated[1]["gain_over_baseline"]["low"] > 0
    assert simulated[1]["recent_rate"]["keys"] == []
    assert simulated[1]["gain_over_recent"]["low"] > 0


def test_model_better_than_the_baseline__is_promoted(simulated):
    assert simulated[1]["promoted"]
    assert simulated[1]["decision"]["action"] == "promoted"
    assert simulated[1]["model"]["name"] == "smart_logistics_delay"
    assert simulated[1]["model"]["version"] == simulated[1]["serving"] == 1


def test_open_shipments__are_ranked(simulated):
    top = [row["probability"] for row in simulated[1]["open_shipments"]["top"]]
    assert len(top) == 5
    assert top == sorted(top, reverse=True)


def test_second_run__reports_no_change_and_computes_nothing(simulated):
    delay, first = simulated
    before = {path: path.stat().st_mtime_ns for path in delay.data.rglob("*") if path.is_file()}
    again = delay("pipeline", "--source", SMALL)
    assert "Nothing changed" in again.stdout
    assert "✓" not in again.stderr
    after = {path: path.stat().st_mtime_ns for path in delay.data.rglob("*") if path.is_file()}
    assert {path.name for path in set(after) ^ set(before)} <= {"mlflow.db-wal", "mlflow.db-shm"}
    assert {path.name for path in before if before[path] != after.get(path)} <= {"mlflow.db"}
    second = delay.json("pipeline", "--source", SMALL)
    assert {**first, "changed": False, "decision": None} == second


def test_output__leads_from_rows_to_the_next_command(simulated):
    story = simulated[0]("pipeline", "--source", SMALL).stdout
    for piece in (
        "3,000 read = ", "quarantined", "excluded", "Features", "Refused", "ROC-AUC", "PR-AUC", "Brier", "log-loss",
        "ECE", "baseline", "oracle (the true probabilities)", "Most likely to be late", "Where to look next",
    ):  # fmt: skip
        assert piece in story, piece


def test_same_data_code_and_seed__give_the_same_bundle_elsewhere_and_on_one_core(quick, delay):
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT")
    elsewhere = with_store(Delay(delay.data, {**ONE_TRIAL, **dict.fromkeys(threads, "1")}))
    ended = elsewhere.process(
        "pipeline", "--source", quick.table, "--json"
    )  # libraries read the variables when imported
    assert json.loads(ended.stdout)["model"] == quick.answer["model"]


def test_real_table__has_a_plausible_score(real):
    result = real[1]
    assert result["rows"] == {"read": 1000, "accepted": 1000, "quarantined": 0, "excluded": 0}
    assert set(result["refused"]) == {"Shipment_Status", "Logistics_Delay_Reason"}
    assert 0.70 < result["test"]["roc_auc"]["value"] < 0.85  # a figure near 1 would be a leak
    assert result["oracle"] is None
    assert result["open_shipments"]["rows"]["read"] == 0


def test_two_status_columns_declared_available__are_refused_as_a_pair(delay, smart_logistics, tmp_path):
    built_in = smart_logistics_yaml()
    built_in["columns"]["Shipment_Status"]["available_at"] = "dispatch"
    schema = tmp_path / "leaky.yaml"
    schema.write_text(yaml.safe_dump(built_in, sort_keys=False, allow_unicode=True), "utf-8")
    ended = delay("pipeline", "--schema", schema, "--source", smart_logistics, expect=4)
    assert "Shipment_Status and Traffic_Status together" in ended.stderr.replace("\n", " ")
    assert not (delay.data / "trained").exists()


def smart_logistics_yaml():
    return yaml.safe_load(files("delay_core.schemas").joinpath("smart_logistics.yaml").read_text("utf-8"))


@pytest.mark.parametrize("command", ["ingest", "preprocess", "train"])
def test_steps__run_separately(simulated, command):
    assert simulated[0].json(command, "--source", SMALL)["address"]
    assert simulated[0](command, "--source", SMALL).stdout
