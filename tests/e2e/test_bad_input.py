"""Bad input: a clear error that names what, where and what would be right; nothing is lost, nothing half-written."""

import os
import pickle

import pandas as pd
import pytest

from adapters import simulator
from delay_core import load_schema
from support.cli import SMALL, Delay
from support.shared_runs import own_copy

HEADER = ",".join(load_schema("smart_logistics").columns)


@pytest.fixture(scope="session")
def table():
    source = "simulator://smart_logistics?rows=400&seed=2&dirt=0"
    return pd.concat(simulator.ShipmentSource().chunks(source, load_schema("smart_logistics")), ignore_index=True)


def _error_output(delay, path, code):
    ended = delay("pipeline", "--source", path, expect=code)
    assert ended.stdout == ""
    return " ".join(ended.stderr.split())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file"),
        (b"", "is empty; expected a header line and rows"),
        (HEADER.encode(), "has a header but no rows"),
        ((HEADER.replace(",", ";") + "\n1;2\n").encode(), "A wrong delimiter looks like this too"),
        (b"Timestamp,Latitude\n2024-01-01,1\n", "missing columns: Longitude"),
        (b"\x80\x04\x95\x00\xff", "is not utf-8 text"),
    ],
    ids=["no such file", "empty file", "header only", "wrong delimiter", "missing columns", "binary"],
)
def test_unreadable_table__is_reported(delay, tmp_path, content, message):
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    output = _error_output(delay, path, 3)
    assert message in output
    assert "table.csv" in output


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Timestamp", "soon", "Timestamp: 'soon' is not a date; expected ISO8601 or %m/%d/%Y %H:%M"),
        ("Humidity", "140", "Humidity: 140 is out of range; allowed is 0 to 100 %"),
        ("Waiting_Time", "", "Waiting_Time: missing; it must have a value"),
        ("Logistics_Delay", "2", "Logistics_Delay: '2' is not a label; allowed are 0 and 1"),
    ],
    ids=["unparseable date", "impossible value", "missing value", "no label"],
)
def test_invalid_rows_only__are_quarantined_with_reasons(delay, tmp_path, table, column, value, reason):
    path = tmp_path / "table.csv"
    table.assign(**{column: value}).to_csv(path, index=False)
    output = _error_output(delay, path, 3)
    assert "none of 400 rows is accepted" in output
    kept = pd.read_parquet(next((delay.data / "ingested").rglob("quarantined-00000.parquet")))
    assert len(kept) == 400
    assert kept["reasons"].str.startswith(reason).all()
    assert _error_output(delay, path, 3).endswith(output.split("none of")[1])  # and shown again the next time


def test_duplicate_ids__are_quarantined(delay, tmp_path, table):
    schema = tmp_path / "keyed.yaml"
    schema.write_text(
        "name: keyed\nversion: 1\nkey: [id]\nprediction_point: {column: Timestamp, stage: order}\n"
        "label: {column: Logistics_Delay}\ncolumns:\n  id: {role: identifier}\n  Timestamp: {role: timestamp}\n"
        "  Waiting_Time: {role: numeric}\n  Logistics_Delay: {role: label, nullable: true, available_at: delivered}\n"
    )
    path = tmp_path / "table.csv"
    table.assign(id=[f"s{i // 2}" for i in range(400)]).to_csv(path, index=False)
    answer = delay.json("ingest", "--schema", schema, "--source", path)
    assert answer["rows"] == {"read": 400, "accepted": 200, "quarantined": 200, "excluded": 0}
    assert answer["problems"] == {"id: repeated key": 200}


def test_label_of_one_class__is_refused(delay, tmp_path, table):
    path = tmp_path / "table.csv"
    table.assign(Logistics_Delay="1").to_csv(path, index=False)
    assert "label Logistics_Delay holds one class only (400 late, 0 on time" in _error_output(delay, path, 4)


def test_read_only_folder__is_reported(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    assert "is the folder writable" in _error_output(Delay(in_the_way / "data"), SMALL, 6)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission__is_reported(tmp_path):
    tmp_path.chmod(0o500)
    assert "is the folder writable" in _error_output(Delay(tmp_path / "data"), SMALL, 6)


def test_schema_mistakes__are_reported_by_file_and_key(delay, tmp_path):
    schema = tmp_path / "mine.yaml"
    schema.write_text("name: mine\nversion: 1\n")
    ended = delay("pipeline", "--schema", schema, "--source", SMALL, expect=3)
    assert "mine.yaml: columns: this key is required; add it" in ended.stderr.replace("\n", "")
    assert "no built-in schema 'smrt'" in delay("ingest", "--schema", "smrt", expect=3).stderr


@pytest.fixture(scope="module")
def registered_model(simulated, tmp_path_factory):
    """A finished run of the module's own, and the file of the model that serves."""
    delay = own_copy(simulated[0], tmp_path_factory.mktemp("tampered"))
    [model] = (delay.data / "mlflow").rglob("model.onnx")
    return delay, model


@pytest.mark.parametrize("harm", ["one flipped byte", "a pickle in its place", "a file too many"])
def test_tampered_bundle__is_refused(registered_model, harm):
    delay, model = registered_model
    original = model.read_bytes()
    content = bytearray(original)
    content[len(content) // 2] ^= 1
    try:
        if harm == "one flipped byte":
            model.write_bytes(bytes(content))
        elif harm == "a pickle in its place":
            model.write_bytes(pickle.dumps({"model": 1}))
        else:
            model.with_name("model.pkl").write_bytes(pickle.dumps({"model": 1}))
        ended = delay("predict", "--source", SMALL, expect=5)
        assert "model." in ended.stderr
    finally:
        model.write_bytes(original)
        model.with_name("model.pkl").unlink(missing_ok=True)


def test_predict_without_a_model__says_what_to_run(delay):
    assert "run the pipeline first" in delay("predict", "--source", SMALL, expect=5).stderr.replace("\n", " ")


def test_invalid_setting__is_reported(delay):
    delay.variables["DELAY_SEED"] = "many"
    assert "DELAY_SEED" in delay("ingest", "--source", SMALL, expect=3).stderr.upper().replace("SEED:", "DELAY_SEED:")
