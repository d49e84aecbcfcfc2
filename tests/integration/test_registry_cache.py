"""The cache of a model catalog: what was loaded once serves on while the registry is unavailable, and says so."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.registry_cache import CachedModelCatalog
from adapters.shared.connectivity import tcp_connect_error
from delay_core.errors import NoSuchModel, StoreError
from fakes.model_registry import ModelRegistry
from support.bundles import tiny_bundle
from support.cached_registry import FailingRegistry, create_cache, serve, serve_one, with_version_one
from support.crashes import at_once, killed_before

UNUSED_URL = "http://127.0.0.1:9"


@pytest.fixture
def registry() -> FailingRegistry:
    registry = FailingRegistry()
    with_version_one(registry)
    return registry


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache"


def raise_unavailable() -> ModelRegistry:
    raise StoreError(f"MLflow: {tcp_connect_error(UNUSED_URL)}")


def cached_digests(folder: Path) -> set[str]:
    return {path.name for path in (folder / "bundles").iterdir()}


def test_bundle__is_loaded_once_for_all_processes(registry, folder):
    for _ in range(2):
        catalog = create_cache(registry, folder)
        assert serve(catalog) == serve(catalog) == tiny_bundle("one")

    assert registry.loaded == [1]
    assert catalog.stale_since is None


def test_unavailable_registry__the_latest_response_is_returned_with_its_time(registry, folder):
    before = datetime.now(UTC)
    serve(create_cache(registry, folder))
    registry.unavailable = True
    catalog = create_cache(registry, folder)

    assert serve(catalog) == tiny_bundle("one")
    assert before.replace(microsecond=0) <= catalog.stale_since <= datetime.now(UTC)
    registry.unavailable = False
    assert catalog.get_by_alias("late", "production").version == 1
    assert catalog.stale_since is None


def test_alias_without_a_version__is_cached(registry, folder):
    catalog = create_cache(registry, folder)
    assert catalog.get_by_alias("late", "staging") is None
    registry.unavailable = True

    assert catalog.get_by_alias("late", "staging") is None
    assert catalog.stale_since is not None


def test_unavailable_registry__the_error_names_the_cache_that_holds_no_response(registry, folder):
    create_cache(registry, folder).get_by_alias("late", "production")
    registry.unavailable = True
    catalog = create_cache(registry, folder)

    with pytest.raises(StoreError, match=rf"unavailable.*{folder} holds no earlier response") as alias_error:
        catalog.get_by_alias("late", "staging")
    with pytest.raises(StoreError, match=rf"unavailable.*version 1 of 'late' is not in {folder}") as load_error:
        catalog.load("late", 1)
    public = [error.value.public for error in (alias_error, load_error)]
    assert [text.partition("; and ")[2] for text in public] == [
        "the cache holds no earlier response",
        "version 1 of 'late' is not in the cache",
    ]
    assert not [text for text in public if str(folder) in text]


def test_registry_that_cannot_be_created__is_created_again_at_the_next_read(registry, folder):
    serve(create_cache(registry, folder))
    attempts = [raise_unavailable, lambda: registry]

    def create() -> ModelRegistry:
        return attempts.pop(0)()

    catalog = CachedModelCatalog(create, folder)

    assert catalog.get_by_alias("late", "production").version == 1
    assert catalog.stale_since is not None
    assert catalog.get_by_alias("late", "production").version == 1
    assert catalog.stale_since is None


def test_serving_process__starts_from_the_cache_without_mlflow(registry, folder):
    serve(create_cache(registry, folder))
    program = f"""
import sys, pathlib
from adapters.registry_cache import CachedModelCatalog
from adapters.shared.connectivity import tcp_connect_error
from delay_core.errors import StoreError
def create_registry():
    if reason := tcp_connect_error("{UNUSED_URL}"):
        raise StoreError(reason)
    from adapters.mlflow import ModelRegistry, MlflowConnection
    return ModelRegistry(MlflowConnection("{UNUSED_URL}"), pathlib.Path("model.py"))
catalog = CachedModelCatalog(create_registry, pathlib.Path({str(folder)!r}))
version = catalog.get_by_alias("late", "production")
assert catalog.load("late", version.version).digest == version.digest
assert catalog.stale_since is not None
assert "mlflow" not in sys.modules and "requests" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_altered_bundle__is_deleted_and_loaded_again(registry, folder):
    serve(create_cache(registry, folder))
    (folder / "bundles" / tiny_bundle("one").digest / "model.onnx").write_bytes(b"another model")

    assert serve(create_cache(registry, folder)) == tiny_bundle("one")
    assert registry.loaded == [1, 1]
    assert serve(create_cache(registry, folder)) == tiny_bundle("one")
    assert registry.loaded == [1, 1]


def test_replaced_bundle__is_deleted_and_loaded_again(registry, folder):
    serve(create_cache(registry, folder))
    for name, content in tiny_bundle("another").files.items():
        (folder / "bundles" / tiny_bundle("one").digest / name).write_bytes(content)

    assert serve(create_cache(registry, folder)) == tiny_bundle("one")
    assert registry.loaded == [1, 1]


def test_altered_bundle__never_serves_though_the_registry_is_unavailable(registry, folder):
    serve(create_cache(registry, folder))
    (folder / "bundles" / tiny_bundle("one").digest / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    registry.unavailable = True

    with pytest.raises(StoreError, match="unavailable"):
        serve(create_cache(registry, folder))


def test_unreadable_response__counts_as_absent(registry, folder):
    serve(create_cache(registry, folder))
    for path in (folder / "answers").iterdir():
        path.write_text("{")
    registry.unavailable = True

    with pytest.raises(StoreError, match="holds no earlier response"):
        create_cache(registry, folder).get_by_alias("late", "production")


def test_eviction__keeps_the_newest_bundles_and_those_at_an_alias(registry, folder):
    catalog = create_cache(registry, folder, size=2)
    serve(catalog)
    bundles = [tiny_bundle(salt) for salt in ("two", "three", "four", "five")]
    for bundle in bundles:
        catalog.load("late", registry.register("late", bundle, "run-1").version)

    assert cached_digests(folder) == {tiny_bundle("one").digest, *(bundle.digest for bundle in bundles[-2:])}
    registry.set_alias("late", "production", 5)
    serve(catalog)
    catalog.load("late", registry.register("late", tiny_bundle("six"), "run-1").version)
    assert cached_digests(folder) == {bundles[-1].digest, tiny_bundle("six").digest}


def test_model_registered_again__is_not_mistaken_for_the_deleted_one(registry, folder):
    serve(create_cache(registry, folder))
    other = FailingRegistry()
    other.register("late", tiny_bundle("two"), "run-1")
    other.set_alias("late", "production", 1)

    assert serve(create_cache(other, folder)) == tiny_bundle("two")
    with pytest.raises(NoSuchModel):
        create_cache(other, folder).load("late", 2)
    other.unavailable = True
    assert serve(create_cache(other, folder)) == tiny_bundle("two")


def test_digest_that_is_a_path__is_ignored(registry, folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    registry._versions["late"] = [replace(version, digest="../../outside") for version in registry.versions("late")]

    serve(create_cache(registry, folder))

    assert registry.loaded == [1]
    assert outside.is_dir()


def test_unwritable_folder__causes_a_warning_and_no_error(registry, tmp_path, caplog):
    (tmp_path / "file").write_text("")

    assert serve(create_cache(registry, tmp_path / "file" / "cache")) == tiny_bundle("one")

    assert "cannot store a bundle" in caplog.text
    assert "cannot store a response" in caplog.text


def test_killed_writer__leaves_no_partial_bundle(registry, folder):
    killed_before("pathlib:Path.rename", serve_one, folder)
    registry.unavailable = True
    with pytest.raises(StoreError, match="is not in"):
        serve(create_cache(registry, folder))

    registry.unavailable = False
    assert serve(create_cache(registry, folder)) == tiny_bundle("one")


def test_folder__may_be_shared_by_processes(registry, folder):
    at_once(serve_one, [(folder,), (folder,), (folder,)])

    registry.unavailable = True
    assert serve(create_cache(registry, folder)) == tiny_bundle("one")
    assert cached_digests(folder) == {tiny_bundle("one").digest}
