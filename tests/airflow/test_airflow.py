"""The DAGs in a real Airflow, on PostgreSQL, with an MLflow server and S3.

One run of a day comes first. Then everything else runs at the same time: the tests wait for what they read.
"""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import boto3
import pytest

from infra.airflow.client import AirflowClient, AirflowError
from infra.airflow.follow import wait_for_dag
from infra.local.services import BUCKETS
from support.airflow_runs import DAYS, PIPELINE, finished, last_json, output_of, results_of

TASKS = ["ingest_data", "preprocess_data", "train_model", "evaluate_and_promote"]


def test_dag_files__have_no_import_errors(stack):
    for dag in (PIPELINE, "supply_chain_retraining", "supply_chain_monitoring", "supply_chain_scoring"):
        wait_for_dag(stack.client, dag, seconds=300)
    command = [Path(sys.executable).with_name("airflow"), "dags", "list-import-errors", "--output", "json"]
    listed = subprocess.run(
        command, env=os.environ | stack.command_settings, capture_output=True, text=True, check=True
    )

    assert stack.client.import_errors() == []
    assert listed.stdout.strip().splitlines()[-1] == "[]"


def test_login__needs_the_generated_password(stack):
    with pytest.raises(AirflowError, match="401"):
        AirflowClient.sign_in(stack.server.url, stack.login[0], "wrong")


def test_pipeline__registers_and_promotes_a_model_with_its_files_in_s3(stack, first):
    lines = [line.split()[1:] for line in first.output.splitlines()]
    assert [each for each in TASKS if [each, "success"] in lines] == TASKS
    assert f"{stack.server.url}/dags/{PIPELINE}/runs/" in first.output
    assert first.registry["serving"] == first.results["train_model"]["version"] == 1
    assert [each["action"] for each in first.registry["decisions"]] == ["promoted"]
    assert first.results["evaluate_and_promote"]["action"] == "promoted"
    with closing(boto3.client("s3", **stack.s3)) as s3:
        for bucket in BUCKETS:
            assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] > 0


def test_the_same_interval_again__changes_nothing(stack, background, first):
    assert "The run ended with success" in output_of(background.again)

    again = results_of(stack.client, first.run)
    assert [again[task]["digest"] for task in TASKS[:3]] == [first.results[task]["digest"] for task in TASKS[:3]]
    assert [again[task]["computed"] for task in TASKS[:3]] == [False, False, False]
    assert again["ingest_data"]["rows"] == first.results["ingest_data"]["rows"]
    assert again["train_model"]["version"] == first.results["train_model"]["version"]
    assert again["evaluate_and_promote"]["action"] == "serving"


def test_asset_event__starts_retraining_whose_killed_task_is_retried(stack, background):
    run = finished(stack.client, background.retraining)

    assert run.run_type == "asset_triggered"
    assert run.state == "success"
    attempts = {task.task_id: task.attempt for task in stack.client.tasks(run)}
    assert attempts == {task: 2 if task == background.killed else 1 for task in TASKS}


@pytest.mark.usefixtures("background")
def test_backfill__registers_older_versions_and_leaves_the_alias(stack, first):
    runs = [finished(stack.client, run) for run in stack.client.runs(PIPELINE) if run.run_type == "backfill"]

    assert sorted(run.logical_date for run in runs) == list(DAYS)
    assert [run.state for run in runs] == ["success", "success"]
    results = [results_of(stack.client, run) for run in runs]
    assert all(each["evaluate_and_promote"]["action"] == "refused" for each in results)
    assert all("training_data" in each["evaluate_and_promote"]["failed_checks"] for each in results)
    assert len({each["train_model"]["digest"] for each in [*results, first.results]}) == 3
    assert stack.delay.json("runs")["serving"] == first.registry["serving"]


def test_dag_test__gives_the_digests_of_the_bundle_at_another_path(stack, background):
    in_process = last_json(output_of(background.in_process))

    run = next(run for run in stack.client.runs(PIPELINE) if run.logical_date == DAYS[-1])
    in_airflow = results_of(stack.client, finished(stack.client, run))
    assert [in_process[task]["digest"] for task in TASKS[:3]] == [in_airflow[task]["digest"] for task in TASKS[:3]]
    assert in_process["train_model"]["bundle"] == in_airflow["train_model"]["bundle"]
    assert in_process["ingest_data"]["rows"] == in_airflow["ingest_data"]["rows"]
