"""API keys: the key file, and authentication."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest

from delay_core.errors import StoreError
from entrypoints.api.security.api_keys import ANONYMOUS, UNRESTRICTED, ApiKeyStore
from entrypoints.keys import (
    InvalidKeyFile,
    KeyFile,
    KeyRecord,
    Scope,
    generate_key,
    hash_key,
    parse_key_file,
    read_key_file,
    write_key_file,
)

DAY = date(2027, 1, 1)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC).timestamp()


def record(name, key, **options):
    return KeyRecord(
        name=name, sha256=hash_key(key.encode()), scopes=options.pop("scopes", (Scope.PREDICT,)), **options
    )


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def path(tmp_path):
    write_key_file(
        tmp_path / "keys.json",
        KeyFile(keys=(record("dashboard", "dk_a", rate=5.0), record("old", "dk_b", expires=DAY))),
    )
    return tmp_path / "keys.json"


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keys(path, clock):
    return ApiKeyStore(path, now=lambda: MIDNIGHT - 1, monotonic=clock)


def test_generated_keys__differ_and_are_256_bits_after_a_prefix():
    first, second = generate_key(), generate_key()
    assert first != second
    assert first.startswith("dk_")
    assert len(first) == 3 + 43


def test_hash__is_plain_sha_256():
    assert hash_key(b"dk_a") == hashlib.sha256(b"dk_a").hexdigest()


@pytest.mark.parametrize("authorization", [b"Bearer dk_a", b"bearer  dk_a", b"BEARER dk_a"])
def test_bearer_token__identifies_name_scopes_and_rate(keys, authorization):
    caller = keys.authenticate(authorization, None)
    assert (caller.name, caller.scopes, caller.rate) == ("dashboard", {Scope.PREDICT}, 5.0)


def test_x_api_key__is_accepted_beside_another_scheme_of_authorization(keys):
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
        (None, hash_key(b"dk_a").encode()),
    ],
)
def test_other_credentials__authenticate_no_caller(keys, authorization, x_api_key):
    assert keys.authenticate(authorization, x_api_key) is None


def test_key__is_refused_from_the_day_of_its_expiry(path):
    assert ApiKeyStore(path, now=lambda: MIDNIGHT - 1).authenticate(None, b"dk_b").name == "old"
    assert ApiKeyStore(path, now=lambda: MIDNIGHT).authenticate(None, b"dk_b") is None


def test_callers_of_an_api_without_keys__have_all_scopes_and_others_without_a_key_none():
    assert UNRESTRICTED.scopes == frozenset(Scope)
    assert ANONYMOUS.scopes == frozenset()


def test_revoked_key__is_refused_within_a_second(path, keys, clock):
    write_key_file(path, read_key_file(path).without_key("dashboard"))
    clock.seconds = 1.0
    assert keys.authenticate(None, b"dk_a") is None
    assert keys.authenticate(None, b"dk_b").name == "old"


def test_key_file__is_checked_at_most_once_a_second(path, keys, clock):
    write_key_file(path, read_key_file(path).without_key("dashboard"))
    clock.seconds = 0.9
    assert keys.authenticate(None, b"dk_a").name == "dashboard"


def test_mounted_secret_that_links_to_another_file__is_reloaded(tmp_path, path, clock):
    mounted, replacement = tmp_path / "mounted.json", tmp_path / "next.json"
    mounted.symlink_to(path)
    write_key_file(replacement, KeyFile(keys=(record("next", "dk_n"),)))
    keys = ApiKeyStore(mounted, monotonic=clock)
    (tmp_path / "link").symlink_to(replacement)
    (tmp_path / "link").replace(mounted)
    clock.seconds = 1.0
    assert keys.authenticate(None, b"dk_n").name == "next"


@pytest.mark.parametrize("broken", ["{", '{"keys": [{}]}', None])
def test_invalid_new_file__is_logged_once_and_the_former_keys_stay(path, keys, clock, broken, caplog):
    path.unlink() if broken is None else path.write_text(broken)
    for second in (1.0, 2.0):
        clock.seconds = second
        assert keys.authenticate(None, b"dk_a").name == "dashboard"
    assert len([record for record in caplog.records if "former" in record.message]) == 1


def test_repaired_file__is_reloaded(path, keys, clock):
    path.write_text("{")
    clock.seconds = 1.0
    keys.authenticate(None, b"dk_a")
    write_key_file(path, KeyFile(keys=(record("new", "dk_n"),)))
    clock.seconds = 2.0
    assert keys.authenticate(None, b"dk_n").name == "new"


ENTRY = {"name": "a", "sha256": "0" * 64, "scopes": ["predict"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("nothing", "file: Invalid JSON"),
        ("[]", "file: Input should be an object"),
        ({}, "keys: Field required"),
        ({"keys": [ENTRY | {"name": "a b"}]}, "keys.0.name: String should match"),
        (
            {"keys": [ENTRY | {"name": "anonymous"}]},
            "keys.0.name: 'anonymous' is the name of callers without a key",
        ),
        ({"keys": [ENTRY | {"sha256": "dk_secret"}]}, "keys.0.sha256: String should match"),
        (
            {"keys": [ENTRY | {"scopes": ["everything"]}]},
            "keys.0.scopes.0: Input should be 'predict', 'outcomes',",
        ),
        ({"keys": [ENTRY | {"expires": "soon"}]}, "keys.0.expires: Input should be a valid date"),
        ({"keys": [ENTRY | {"rate": 0}]}, "keys.0.rate: Input should be greater than 0"),
        ({"keys": [ENTRY | {"rate": "5"}]}, "keys.0.rate: Input should be a valid number"),
        ({"keys": [ENTRY | {"scope": []}]}, "keys.0.scope: Extra inputs are not permitted"),
        ({"keys": [ENTRY, ENTRY | {"sha256": "1" * 64}]}, "keys: name 'a' occurs twice"),
        ({"keys": [ENTRY, ENTRY | {"name": "b"}]}, "keys: sha256 '000"),
    ],
)
def test_invalid_key_file__is_described_with_locations_and_without_a_secret(content, message):
    text = content if isinstance(content, str) else json.dumps(content)
    with pytest.raises(InvalidKeyFile) as error:
        parse_key_file(text.encode(), "keys.json")
    assert f"keys.json: {message}" in str(error.value)
    assert "dk_secret" not in str(error.value)
    assert error.value.__cause__ is None


def test_unreadable_file__is_named(tmp_path):
    with pytest.raises(StoreError, match=r"absent\.json"):
        ApiKeyStore(tmp_path / "absent.json")
