"""`delay s3-sync`: what people and programs see."""

import json
import os

import pytest

from support.cli import command_line
from support.in_process import run_in_process
from support.s3_server import connected, fresh_bucket


@pytest.fixture
def bucket(monkeypatch, tmp_path):
    client = connected(monkeypatch)
    name = fresh_bucket(client)
    client.boto.put_object(Bucket=name, Key="there.csv", Body=b"1")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "here.csv").write_bytes(b"2")
    return name


@pytest.fixture
def delay(tmp_path):
    """Runs the command: exit code, standard output, standard error."""

    def run(*arguments):
        ended = run_in_process(command_line(["s3-sync", *arguments]), os.environ, tmp_path)
        return ended.returncode, ended.stdout, ended.stderr

    return run


def test_output__is_a_table_or_one_json_object(bucket, delay):
    code, out, _ = delay("--bucket", bucket, "--folder", "data", "--dry-run")
    assert code == 0
    assert f"data and s3://{bucket}/: 1 to download, 1 to upload, 0 unchanged" in out
    _, out, _ = delay("--bucket", bucket, "--folder", "data", "--json")
    (pair,) = json.loads(out)["pairs"]
    assert pair["steps"] == [
        {"path": "here.csv", "action": "upload", "done": True, "why": ""},
        {"path": "there.csv", "action": "download", "done": True, "why": ""},
    ]


def test_deletions__are_reported_and_made_on_request(bucket, delay, tmp_path):
    both = ("--bucket", bucket, "--folder", "data")
    delay(*both)
    (tmp_path / "data" / "there.csv").unlink()
    code, out, _ = delay(*both)
    assert code == 0
    assert "1 to delete there, 1 unchanged" in out
    assert "--restore copies it back" in out
    assert "1 deleted there, 1 unchanged" in delay(*both, "--delete")[1]


def test_conflict__has_exit_code_6(bucket, delay, tmp_path):
    (tmp_path / "data" / "there.csv").write_bytes(b"3")
    code, out, _ = delay("--bucket", bucket, "--folder", "data")
    assert code == 6
    assert "changed on both sides" in out


def test_options__that_need_or_exclude_each_other_are_reported(delay):
    assert delay("--bucket", "bucket")[0] == 2
    assert delay("--delete", "--restore")[0] == 2


@pytest.mark.usefixtures("bucket")
def test_default_pairs__are_the_predecessors_and_a_missing_bucket_is_reported(delay):
    code, _, err = delay()
    assert code == 6
    assert "s3://smart-logistics-data/: there is no such bucket" in err
