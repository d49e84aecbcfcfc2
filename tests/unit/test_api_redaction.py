"""What went wrong is told without where things lie."""

import pytest

from entrypoints.api.redaction import redact_locations


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("cannot ask MLflow at sqlite:////var/lib/mlflow.db: locked", "cannot ask MLflow at …: locked"),
        ("MLflow at http://user:secret@10.0.0.7:5001; is it up?", "MLflow at …; is it up?"),
        ("version 1 of 'late' is not in /srv/delay-data/cache", "version 1 of 'late' is not in …"),
        ("'/srv/x/model.onnx' was altered", "'…' was altered"),
        ("its schema refuses 3/4 of requests and/or lists", "its schema refuses 3/4 of requests and/or lists"),
        ("", ""),
    ],
)
def test_addresses_and_paths_are_left_out_and_nothing_else(sentence, told):
    assert redact_locations(sentence) == told
