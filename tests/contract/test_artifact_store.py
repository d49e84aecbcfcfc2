"""Every ArtifactStore: sets of files are complete or absent."""

import signal
import subprocess
import sys

import pytest

from delay_core.errors import StoreError
from fakes import artifact_store as fake
from support.lazy_module import LazyModule

files, s3, s3_server = LazyModule("adapters.files"), LazyModule("adapters.s3"), LazyModule("support.s3_server")


@pytest.fixture(params=["fake", "files", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param == "s3":
        client = s3_server.connected(monkeypatch)
        return s3.ArtifactStore(client, s3_server.fresh_bucket(client), "a/prefix")
    return fake.ArtifactStore() if request.param == "fake" else files.ArtifactStore(tmp_path / "store")


def test_set__is_read_back_as_it_was_written(store):
    with store.create("tables", "a1") as writer:
        writer.write("b.bin", b"\x00\x01")
        writer.write("a.txt", b"")
    assert store.has("tables", "a1")
    assert store.names("tables", "a1") == ["a.txt", "b.bin"]
    assert store.read("tables", "a1", "b.bin") == b"\x00\x01"
    assert "a1" in store.location("tables", "a1")


def test_create__hides_the_set_until_the_block_ends(store):
    with store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        assert not store.has("tables", "a1")


def test_create__leaves_nothing_after_an_error(store):
    with pytest.raises(RuntimeError), store.create("tables", "a1") as writer:
        writer.write("a", b"1")
        raise RuntimeError
    assert not store.has("tables", "a1")


def test_create__the_first_writer_wins(store):
    for content in (b"first", b"second"):
        with store.create("tables", "a1") as writer:
            writer.write("a", content)
    assert store.read("tables", "a1", "a") == b"first"


def test_create__by_two_writers_at_once_leaves_one_complete_set(store):
    with store.create("tables", "a1") as one, store.create("tables", "a1") as two:
        one.write("a", b"one")
        two.write("a", b"two")
    assert store.read("tables", "a1", "a") in (b"one", b"two")


def test_missing_set_or_file__is_a_store_error(store):
    with store.create("tables", "a1") as writer:
        writer.write("a", b"1")
    assert not store.has("tables", "other")
    with pytest.raises(StoreError, match="other"):
        store.names("tables", "other")
    with pytest.raises(StoreError, match="absent"):
        store.read("tables", "a1", "absent")


@pytest.mark.parametrize("name", ["../a", "a/b", "", ".."])
def test_write__refuses_names_outside_the_set(store, name):
    with pytest.raises(StoreError, match="plain name"), store.create("tables", "a1") as writer:
        writer.write(name, b"1")


def test_files__a_file_in_place_of_the_folder_is_a_store_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    store = files.ArtifactStore(tmp_path / "file")
    with pytest.raises(StoreError, match="writable"), store.create("tables", "a1"):
        pass


def test_files__a_killed_writer_leaves_nothing_visible_and_is_cleaned_up(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path; from adapters.files import ArtifactStore\n"
        "with ArtifactStore(Path(sys.argv[1])).create('tables', 'a1') as writer:\n"
        "    writer.write('a', b'1'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    store = files.ArtifactStore(tmp_path)
    assert not store.has("tables", "a1")
    assert len(list((tmp_path / ".unfinished").iterdir())) == 2
    with store.create("tables", "a1") as writer:
        writer.write("a", b"2")
    assert store.read("tables", "a1", "a") == b"2"
    assert list((tmp_path / ".unfinished").iterdir()) == []
