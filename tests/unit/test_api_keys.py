"""API keys: the file, who is let in, and the commands that make and revoke them."""

import hashlib
import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from delay_core.errors import StoreError
from entrypoints.api.keys import ANONYMOUS, ApiKeys
from entrypoints.cli.command_line import app
from entrypoints.keys import KeyFile, KeyFileRefused, KnownKey, Scope, digest_of, new_key, parse, read, write

DAY = date(2027, 1, 1)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC).timestamp()


def known(name, key, **more):
    return KnownKey(name=name, sha256=digest_of(key.encode()), scopes=more.pop("scopes", (Scope.PREDICT,)), **more)


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def path(tmp_path):
    write(
        tmp_path / "keys.json", KeyFile(keys=(known("dashboard", "dk_a", rate=5.0), known("old", "dk_b", expires=DAY)))
    )
    return tmp_path / "keys.json"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(path, clock):
    return ApiKeys.read(path, now=lambda: MIDNIGHT - 1, look=clock)


def test_new_keys_differ_and_are_256_bits_behind_a_prefix():
    first, second = new_key(), new_key()
    assert first != second
    assert first.startswith("dk_")
    assert len(first) == 3 + 43


def test_a_digest_is_plain_sha_256():
    assert digest_of(b"dk_a") == hashlib.sha256(b"dk_a").hexdigest()


@pytest.mark.parametrize("authorization", [b"Bearer dk_a", b"bearer  dk_a", b"BEARER dk_a"])
def test_a_bearer_is_known_by_name_scopes_and_rate(keys, authorization):
    caller = keys.authenticate(authorization, None)
    assert (caller.name, caller.scopes, caller.rate) == ("dashboard", {Scope.PREDICT}, 5.0)


def test_the_key_may_stand_in_x_api_key_beside_another_kind_of_authorization(keys):
    assert keys.authenticate(None, b"dk_a").name == "dashboard"
    assert keys.authenticate(b"Basic dXNlcg==", b"dk_a").name == "dashboard"


@pytest.mark.parametrize(
    ("authorization", "x_api_key"),
    [
        (None, None),
        (b"", b""),
        (b"Bearer ", None),
        (b"Bearer dk_c", None),
        (b"Bearer dk_c", b"dk_a"),
        (b"dk_a", None),
        (None, b"dk_" + b"a" * 10_000),
        (None, digest_of(b"dk_a").encode()),
    ],
)
def test_everybody_else_is_nobody(keys, authorization, x_api_key):
    assert keys.authenticate(authorization, x_api_key) is None


def test_a_key_is_refused_from_the_day_of_its_expiry_on(path):
    assert ApiKeys.read(path, now=lambda: MIDNIGHT - 1).authenticate(None, b"dk_b").name == "old"
    assert ApiKeys.read(path, now=lambda: MIDNIGHT).authenticate(None, b"dk_b") is None


def test_without_keys_everybody_may_do_everything():
    assert ANONYMOUS.scopes == frozenset(Scope)


def test_a_revoked_key_is_refused_within_a_second(path, keys, clock):
    write(path, read(path).without("dashboard"))
    clock.seconds = 1.0
    assert keys.authenticate(None, b"dk_a") is None
    assert keys.authenticate(None, b"dk_b").name == "old"


def test_the_file_is_looked_at_once_a_second_at_most(path, keys, clock):
    write(path, read(path).without("dashboard"))
    clock.seconds = 0.9
    assert keys.authenticate(None, b"dk_a").name == "dashboard"


def test_a_mounted_secret_that_turns_to_another_file_is_followed(tmp_path, path, clock):
    mounted, following = tmp_path / "mounted.json", tmp_path / "next.json"
    mounted.symlink_to(path)
    write(following, KeyFile(keys=(known("next", "dk_n"),)))
    keys = ApiKeys.read(mounted, look=clock)
    (tmp_path / "link").symlink_to(following)
    (tmp_path / "link").replace(mounted)
    clock.seconds = 1.0
    assert keys.authenticate(None, b"dk_n").name == "next"


@pytest.mark.parametrize("broken", ["{", '{"keys": [{}]}', None])
def test_a_broken_new_file_is_logged_once_and_the_former_keys_stay(path, keys, clock, broken, caplog):
    path.unlink() if broken is None else path.write_text(broken)
    for second in (1.0, 2.0):
        clock.seconds = second
        assert keys.authenticate(None, b"dk_a").name == "dashboard"
    assert len([record for record in caplog.records if "former" in record.message]) == 1


def test_a_file_that_was_mended_is_read_again(path, keys, clock):
    path.write_text("{")
    clock.seconds = 1.0
    keys.authenticate(None, b"dk_a")
    write(path, KeyFile(keys=(known("new", "dk_n"),)))
    clock.seconds = 2.0
    assert keys.authenticate(None, b"dk_n").name == "new"


ENTRY = {"name": "a", "sha256": "0" * 64, "scopes": ["predict"]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nothing", "file: Invalid JSON"),
        ("[]", "file: Input should be an object"),
        ({}, "keys: Field required"),
        ({"keys": [ENTRY | {"name": "a b"}]}, "keys.0.name: String should match"),
        (
            {"keys": [ENTRY | {"name": "anonymous"}]},
            "keys.0.name: 'anonymous' is what callers without a key are called",
        ),
        ({"keys": [ENTRY | {"sha256": "dk_secret"}]}, "keys.0.sha256: String should match"),
        ({"keys": [ENTRY | {"scopes": ["everything"]}]}, "keys.0.scopes.0: Input should be 'predict', 'outcomes' or"),
        ({"keys": [ENTRY | {"expires": "soon"}]}, "keys.0.expires: Input should be a valid date"),
        ({"keys": [ENTRY | {"rate": 0}]}, "keys.0.rate: Input should be greater than 0"),
        ({"keys": [ENTRY | {"rate": "5"}]}, "keys.0.rate: Input should be a valid number"),
        ({"keys": [ENTRY | {"scope": []}]}, "keys.0.scope: Extra inputs are not permitted"),
        ({"keys": [ENTRY, ENTRY | {"sha256": "1" * 64}]}, "keys: name 'a' stands twice"),
        ({"keys": [ENTRY, ENTRY | {"name": "b"}]}, "keys: sha256 '000"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place_and_without_a_secret(content, told):
    text = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(KeyFileRefused) as refused:
        parse(text.encode(), "keys.json")
    assert f"keys.json: {told}" in str(refused.value)
    assert "dk_secret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"absent\.json"):
        ApiKeys.read(tmp_path / "absent.json")


def run(*args, code=0):
    result = CliRunner().invoke(app, ["keys", *map(str, args)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result.stdout


def test_a_key_is_printed_once_and_lets_its_owner_in(tmp_path):
    file = tmp_path / "keys.json"
    key = run("add", "dashboard", "--scope", "predict", "--scope", "outcomes", "--rate", 100, "--file", file).strip()
    caller = ApiKeys.read(file).authenticate(f"Bearer {key}".encode(), None)
    assert (caller.name, caller.rate) == ("dashboard", 100)
    assert caller.scopes == {Scope.PREDICT, Scope.OUTCOMES}
    assert key not in file.read_text()
    assert key not in run("list", "--file", file)


def test_the_file_is_for_its_owner_and_nothing_is_left_beside_it(tmp_path):
    run("add", "a", "--file", tmp_path / "keys.json")
    run("add", "b", "--file", tmp_path / "keys.json")
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_keys_are_listed_for_people_and_programs(tmp_path):
    file = tmp_path / "keys.json"
    run("add", "a", "--scope", "predict", "--expires", "2027-01-01", "--rate", 2.5, "--file", file)
    run("add", "b", "--file", file)
    assert run("list", "--file", file).splitlines() == [
        "a: predict, until 2027-01-01, 2.5 requests/s",
        "b: metrics and the model's description",
    ]
    listed = json.loads(run("list", "--json", "--file", file))["keys"]
    assert listed[0] == {"name": "a", "scopes": ["predict"], "expires": "2027-01-01", "rate": 2.5}


def test_a_revoked_key_is_gone_and_the_others_stay(tmp_path):
    file = tmp_path / "keys.json"
    gone, stays = (run("add", name, "--file", file).strip() for name in ("a", "b"))
    run("revoke", "a", "--file", file)
    keys = ApiKeys.read(file)
    assert keys.authenticate(None, gone.encode()) is None
    assert keys.authenticate(None, stays.encode()).name == "b"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("add", "a"), "there is a key 'a' already"),
        (("add", "b c"), "name: String should match"),
        (("add", "b", "--rate", "-1"), "rate: Input should be greater than 0"),
        (("revoke", "b"), "there is no key 'b'; there are: a"),
    ],
)
def test_a_change_that_the_file_cannot_take_leaves_it_as_it_was(tmp_path, args, told):
    file = tmp_path / "keys.json"
    run("add", "a", "--file", file)
    before = file.read_bytes()
    with pytest.raises(KeyFileRefused, match=told):
        run(*args, "--file", file)
    assert file.read_bytes() == before


def test_the_api_s_own_setting_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("DELAY_API__KEYS", str(tmp_path / "keys.json"))
    run("add", "a")
    assert run("list", "--file", tmp_path / "keys.json").startswith("a: ")


def test_a_link_to_the_file_stays_a_link(tmp_path):
    link = tmp_path / "keys.json"
    link.symlink_to(tmp_path / "real.json")
    run("add", "a", "--file", link)
    assert link.is_symlink()
    assert [key.name for key in read(Path(tmp_path / "real.json")).keys] == ["a"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(StoreError, match="does the folder exist"):
        run("add", "a", "--file", tmp_path / "absent" / "keys.json")
