"""The stages of DVC: what they copy from the product's store, and that dvc.yaml calls them as they are."""

import json
import re
import shlex
from pathlib import Path

import pytest
import yaml

from adapters.files import ArtifactStore
from delay_core.errors import StoreError
from infra.dvc import stage

ROOT = Path(__file__).parents[2]
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())
PARAMETERS = yaml.safe_load((ROOT / "params.yaml").read_text())


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store with a training and its bundle; `delay` reports their addresses instead of running."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DELAY_DATA", str(tmp_path / "store"))
    store = ArtifactStore(tmp_path / "store")
    for kind, address in (("trained", "a1"), ("bundles", "b1")):
        with store.create(kind, address) as writer:
            writer.write("report.json", kind.encode())
    monkeypatch.setattr(stage, "_run_delay", lambda *_: {"address": "a1", "bundle": "b1"})
    return store


@pytest.mark.usefixtures("store")
def test_a_step__copies_the_sets_that_it_reports_and_removes_earlier_files(tmp_path):
    earlier = tmp_path / "versioned" / "bundle" / "earlier.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("")

    stage.run_step(stage.STEPS["train"], [], {})

    assert (tmp_path / "versioned" / "trained" / "report.json").read_bytes() == b"trained"
    assert (tmp_path / "versioned" / "bundle" / "report.json").read_bytes() == b"bundles"
    assert not earlier.exists()


@pytest.mark.usefixtures("store")
def test_a_step_whose_output_is_not_stored__fails(monkeypatch):
    monkeypatch.setattr(stage, "_run_delay", lambda *_: {"address": "a2", "bundle": "b1"})
    with pytest.raises(StoreError, match="a2"):
        stage.run_step(stage.STEPS["train"], [], {})


def test_a_failed_command__is_an_error_that_names_it(monkeypatch, tmp_path):
    failing = tmp_path / "delay"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    with pytest.raises(stage.StageFailed, match="`delay ingest --json` failed with exit code 3"):
        stage.run_step(stage.STEPS["ingest"], [], {})


def test_metrics__are_the_figures_of_the_test_rows(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "versioned" / "trained").mkdir(parents=True)
    report = {"winner": "random_forest", "test": {"winner": {"roc_auc": {"value": 0.8}}, "baseline": {}}, "model": 1}
    (tmp_path / "versioned" / "trained" / "report.json").write_text(json.dumps(report))

    stage.write_metrics()

    written = json.loads((tmp_path / "versioned" / "metrics.json").read_text())
    assert written == {"winner": "random_forest", "test": {"roc_auc": {"value": 0.8}}, "baseline": {}}


@pytest.mark.parametrize("name", PIPELINE["stages"])
def test_dvc_yaml__calls_stages_with_their_options_and_depends_on_paths_that_exist(name):
    described = PIPELINE["stages"][name]
    values = {"schema": PARAMETERS["schema"], "source": PARAMETERS["source"]}
    values |= {f"train.{key}": str(value) for key, value in PARAMETERS["train"].items()}
    command = re.sub(r"\$\{(.+?)\}", lambda match: values[match[1]], described["cmd"])
    *module, stage_name = shlex.split(command)[:4]

    assert module == ["python", "-m", "infra.dvc.stage"]
    assert stage_name == name
    stage._parser().parse_args(shlex.split(command)[3:])
    sources = [path for path in described["deps"] if not path.startswith(("versioned", "${"))]
    assert all((ROOT / path).exists() for path in [*sources, PARAMETERS["schema"]])


def test_dvc_yaml__declares_what_the_stages_write():
    for name, step in stage.STEPS.items():
        assert PIPELINE["stages"][name]["outs"] == [str(output.copy) for output in step.outputs]
    assert list(PIPELINE["stages"]["evaluate"]["metrics"][0]) == [str(stage.METRICS)]
