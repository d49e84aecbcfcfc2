"""`delay keys`: the commands that create, list and revoke API keys."""

import json
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from delay_core.errors import StoreError
from entrypoints.api.security.api_keys import ApiKeyStore
from entrypoints.cli.command_line import app
from entrypoints.keys import (
    InvalidKeyFile,
    Scope,
    read_key_file,
)


def run(*args, code=0):
    result = CliRunner().invoke(app, ["keys", *map(str, args)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_added_key__is_printed_once_and_authenticates_its_owner(tmp_path):
    file = tmp_path / "keys.json"
    key = run("add", "dashboard", "--scope", "predict", "--scope", "outcomes", "--rate", 100, "--file", file).strip()
    caller = ApiKeyStore(file).authenticate(f"Bearer {key}".encode(), None)
    assert (caller.name, caller.rate) == ("dashboard", 100)
    assert caller.scopes == {Scope.PREDICT, Scope.OUTCOMES}
    assert key not in file.read_text()
    assert key not in run("list", "--file", file)


def test_key_file__is_readable_by_its_owner_only_and_no_draft_remains(tmp_path):
    run("add", "a", "--file", tmp_path / "keys.json")
    run("add", "b", "--file", tmp_path / "keys.json")
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_list__shows_keys_to_people_and_programs(tmp_path):
    file = tmp_path / "keys.json"
    run("add", "a", "--scope", "predict", "--expires", "2027-01-01", "--rate", 2.5, "--file", file)
    run("add", "b", "--file", file)
    assert run("list", "--file", file).splitlines() == [
        "a: predict, until 2027-01-01, 2.5 requests/s",
        "b: metrics and the model's metadata",
    ]
    listed = json.loads(run("list", "--json", "--file", file))["keys"]
    assert listed[0] == {"name": "a", "scopes": ["predict"], "expires": "2027-01-01", "rate": 2.5}


def test_revoke__removes_one_key_and_keeps_the_others(tmp_path):
    file = tmp_path / "keys.json"
    revoked, kept = (run("add", name, "--file", file).strip() for name in ("a", "b"))
    run("revoke", "a", "--file", file)
    keys = ApiKeyStore(file)
    assert keys.authenticate(None, revoked.encode()) is None
    assert keys.authenticate(None, kept.encode()).name == "b"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("add", "a"), "a key 'a' exists already"),
        (("add", "b c"), "name: String should match"),
        (("add", "b", "--rate", "-1"), "rate: Input should be greater than 0"),
        (("revoke", "b"), "no key is named 'b'; existing keys: a"),
    ],
)
def test_invalid_change__leaves_the_file_unchanged(tmp_path, args, message):
    file = tmp_path / "keys.json"
    run("add", "a", "--file", file)
    before = file.read_bytes()
    with pytest.raises(InvalidKeyFile, match=message):
        run(*args, "--file", file)
    assert file.read_bytes() == before


def test_setting_of_the_api__names_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DELAY_API__KEYS", str(tmp_path / "keys.json"))
    run("add", "a")
    assert run("list", "--file", tmp_path / "keys.json").startswith("a: ")


def test_link_to_the_file__stays_a_link(tmp_path):
    link = tmp_path / "keys.json"
    link.symlink_to(tmp_path / "real.json")
    run("add", "a", "--file", link)
    assert link.is_symlink()
    assert [key.name for key in read_key_file(Path(tmp_path / "real.json")).keys] == ["a"]


def test_missing_folder__is_reported(tmp_path):
    with pytest.raises(StoreError, match="does the folder exist"):
        run("add", "a", "--file", tmp_path / "absent" / "keys.json")
