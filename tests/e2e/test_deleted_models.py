"""MLflow's files deleted, by a tidied disk or `mlflow gc`, while the bundle still lies in the data folder."""

import shutil

import pytest

from support.cli import SMALL
from support.shared_runs import own_copy

TABLE = "simulator://smart_logistics?rows=50&seed=9&dirt=0"


@pytest.fixture
def delay(simulated, tmp_path):
    """A finished run without the files of MLflow and without the cache of models."""
    delay = own_copy(simulated[0], tmp_path)
    shutil.rmtree(delay.data / "mlflow" / "artifacts")
    return delay


def test_predict__reads_the_copy_and_says_so_and_the_pipeline_restores_the_files(delay):
    predicted = delay("predict", "--source", TABLE)

    assert "Most likely to be late" in predicted.stdout
    assert "the files of version 1 of smart_logistics_delay are missing from the registry" in predicted.stderr
    ended = delay.process(
        "pipeline", "--source", SMALL
    )  # in this process, MLflow remembers the folders of other copies
    assert "was stored there again" in ended.stderr
    shutil.rmtree(delay.data / "model-cache")
    assert "are missing" not in delay("predict", "--source", TABLE).stderr


def test_bundle_that_is_nowhere__is_an_error_that_names_version_folder_and_remedy(delay):
    shutil.rmtree(delay.data / "bundles")

    message = " ".join(delay("predict", "--source", TABLE, expect=5).stderr.split())

    assert "the bundle of version 1 of 'smart_logistics_delay' is missing from" in message
    assert f"{delay.data}/mlflow/artifacts/" in message
    assert "run the pipeline again to register it" in message
    assert "no copy with its digest is in the data folder or the model cache" in message
