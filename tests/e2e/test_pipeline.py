"""The main job: a table becomes a promoted model, and predictions for what is still open."""

import json
from importlib.resources import files

import pytest
import yaml

from adapters.sklearn.model_trainer import ModelTrainer
from delay_core.evaluation import METRICS
from support.cli import SMALL, Delay
from support.measured import UNMEASURED


def test_every_row_is_accounted_for(simulated):
    rows = simulated[1]["rows"]
    assert rows["read"] == 3000 == rows["accepted"] + rows["quarantined"] + rows["excluded"]
    assert rows["quarantined"] == sum(simulated[1]["quarantined_because"].values()) > 0


def test_columns_known_too_late_are_refused_with_the_reason(simulated):
    assert set(simulated[1]["refused"]) == {"Shipment_Status", "Logistics_Delay_Reason"}
    assert not any("Status =" in name and "Shipment" in name for name in simulated[1]["features"])


def test_every_figure_stands_within_its_interval(simulated):
    models = simulated[1]["models"]
    assert set(models) == {"baseline", *ModelTrainer().initial_candidates()}
    for figures in (*models.values(), simulated[1]["test"], simulated[1]["baseline"], simulated[1]["oracle"]):
        assert set(figures) == {metric.name for metric in METRICS}
        assert figures["roc_auc"]["low"] <= figures["roc_auc"]["value"] <= figures["roc_auc"]["high"]


def test_the_model_lies_between_the_baseline_and_the_oracle(simulated):
    test, baseline, oracle = (simulated[1][name]["log_loss"]["value"] for name in ("test", "baseline", "oracle"))
    assert oracle < test < baseline
    assert simulated[1]["baseline"]["roc_auc"]["value"] == 0.5
    assert simulated[1]["gain_over_baseline"]["low"] > 0


def test_what_beats_the_baseline_is_promoted(simulated):
    assert simulated[1]["promoted"]
    assert simulated[1]["decision"]["action"] == "promoted"
    assert simulated[1]["model"]["name"] == "smart_logistics_delay"
    assert simulated[1]["model"]["version"] == simulated[1]["serving"] == 1


def test_open_shipments_are_ranked(simulated):
    top = [row["probability"] for row in simulated[1]["open_shipments"]["top"]]
    assert len(top) == 5
    assert top == sorted(top, reverse=True)


def test_a_second_run_says_that_nothing_changed_and_recomputes_nothing(simulated):
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


def test_the_story_is_told_from_rows_to_what_to_do_next(simulated):
    story = simulated[0]("pipeline", "--source", SMALL).stdout
    for piece in (
        "3,000 read = ", "quarantined", "excluded", "Features", "Refused", "ROC-AUC", "PR-AUC", "Brier", "log-loss",
        "ECE", "baseline", "oracle (the true probabilities)", "Most likely to be late", "Where to look next",
    ):  # fmt: skip
        assert piece in story, piece


def test_the_same_data_code_and_seed_give_the_same_bundle_elsewhere_and_on_one_core(simulated, delay):
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT")
    elsewhere = Delay(delay.data, {**dict.fromkeys(threads, "1"), **UNMEASURED})
    ended = elsewhere.process("pipeline", "--source", SMALL, "--json")  # libraries read the variables when imported
    assert json.loads(ended.stdout)["model"] == simulated[1]["model"]


def test_the_real_table_gives_an_honest_figure(real):
    result = real[1]
    assert result["rows"] == {"read": 1000, "accepted": 1000, "quarantined": 0, "excluded": 0}
    assert set(result["refused"]) == {"Shipment_Status", "Logistics_Delay_Reason"}
    assert 0.70 < result["test"]["roc_auc"]["value"] < 0.85  # a figure near 1 would be a leak
    assert result["oracle"] is None
    assert result["open_shipments"]["rows"]["read"] == 0


def test_both_status_columns_declared_usable_are_refused_as_a_pair(delay, smart_logistics, tmp_path):
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
def test_each_step_runs_by_itself(simulated, command):
    assert simulated[0].json(command, "--source", SMALL)["address"]
    assert simulated[0](command, "--source", SMALL).stdout
