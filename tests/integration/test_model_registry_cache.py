"""The cache before a ModelRegistry: what was fetched once serves on while the registry is away, and says so."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from adapters.registry_cache import ModelRegistry
from adapters.shared.connectivity import tcp_connect_error
from delay_core.bundle import Bundle
from delay_core.errors import NoSuchModel, StoreError
from fakes.model_registry import ModelRegistry as InMemory
from support.bundles import tiny_bundle
from support.crashes import at_once, killed_before

NOBODY_LISTENS = "http://127.0.0.1:9"


class Registry(InMemory):
    """One that can be away, and counts what is fetched from it."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False
        self.fetched: list[int] = []

    def load(self, name: str, version: int) -> Bundle:
        self._reach()
        self.fetched.append(version)
        return super().load(name, version)

    def versions(self, name):
        self._reach()
        return super().versions(name)

    def at_alias(self, name, alias):
        self._reach()
        return super().at_alias(name, alias)

    def register(self, name, bundle, run_id):
        self._reach()
        return super().register(name, bundle, run_id)

    def set_alias(self, name, alias, version):
        self._reach()
        super().set_alias(name, alias, version)

    def _reach(self) -> None:
        if self.away:
            raise StoreError("the registry is away")


@pytest.fixture
def behind() -> Registry:
    registry = Registry()
    registry.register("late", tiny_bundle("one"), "run-1")
    registry.set_alias("late", "production", 1)
    return registry


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "cache"


def cache(behind: InMemory, folder: Path, keep: int = 5) -> ModelRegistry:
    return ModelRegistry(lambda: behind, folder, keep)


def never_there() -> InMemory:
    raise StoreError(f"MLflow: {tcp_connect_error(NOBODY_LISTENS)}")


def serve(registry: ModelRegistry, name: str = "late") -> Bundle:
    version = registry.at_alias(name, "production")
    assert version is not None
    return registry.load(name, version.version)


def serve_one(folder: Path, barrier: Barrier | None = None) -> None:
    behind = InMemory()
    behind.register("late", tiny_bundle("one"), "run-1")
    behind.set_alias("late", "production", 1)
    if barrier:
        barrier.wait()
    assert serve(cache(behind, folder)) == tiny_bundle("one")


def kept(folder: Path) -> set[str]:
    return {path.name for path in (folder / "bundles").iterdir()}


def test_a_bundle_is_fetched_once_even_by_processes_to_come(behind, folder):
    for _ in range(2):
        registry = cache(behind, folder)
        assert serve(registry) == serve(registry) == tiny_bundle("one")

    assert behind.fetched == [1]
    assert registry.stale_since is None


def test_while_the_registry_is_away_the_last_answers_stand_and_say_since_when(behind, folder):
    before = datetime.now(UTC)
    serve(cache(behind, folder))
    cache(behind, folder).versions("late")
    behind.away = True
    registry = cache(behind, folder)

    assert serve(registry) == tiny_bundle("one")
    assert before.replace(microsecond=0) <= registry.stale_since <= datetime.now(UTC)
    assert [version.version for version in registry.versions("late")] == [1]
    behind.away = False
    assert registry.at_alias("late", "production").version == 1
    assert registry.stale_since is None


def test_an_alias_that_points_nowhere_is_remembered_as_such(behind, folder):
    registry = cache(behind, folder)
    assert registry.at_alias("late", "staging") is None
    behind.away = True

    assert registry.at_alias("late", "staging") is None
    assert registry.stale_since is not None


def test_while_the_registry_is_away_nothing_is_written(behind, folder):
    registry = cache(behind, folder)
    serve(registry)
    behind.away = True

    with pytest.raises(StoreError, match="away"):
        registry.register("late", tiny_bundle("two"), "run-2")
    with pytest.raises(StoreError, match="away"):
        registry.set_alias("late", "production", 1)


def test_what_was_never_asked_is_refused_naming_registry_and_cache(behind, folder):
    cache(behind, folder).at_alias("late", "production")
    behind.away = True
    registry = cache(behind, folder)

    with pytest.raises(StoreError, match=rf"away.*{folder} remembers no answer"):
        registry.at_alias("late", "staging")
    with pytest.raises(StoreError, match=rf"away.*version 1 of 'late' is not in {folder}"):
        registry.load("late", 1)


def test_a_registry_that_cannot_even_be_made_is_away_until_it_can(behind, folder):
    serve(cache(behind, folder))
    makers = [never_there, lambda: behind]

    def make() -> InMemory:
        return makers.pop(0)()

    registry = ModelRegistry(make, folder)

    assert registry.at_alias("late", "production").version == 1
    assert registry.stale_since is not None
    assert registry.at_alias("late", "production").version == 1
    assert registry.stale_since is None


def test_a_serving_process_starts_from_the_cache_without_mlflow(behind, folder):
    serve(cache(behind, folder))
    program = f"""
import sys, pathlib
from adapters.registry_cache import ModelRegistry
from adapters.shared.connectivity import tcp_connect_error
from delay_core.errors import StoreError
def behind():
    if why := tcp_connect_error("{NOBODY_LISTENS}"):
        raise StoreError(why)
    from adapters.mlflow import ModelRegistry, MlflowStore
    return ModelRegistry(MlflowStore("{NOBODY_LISTENS}"), pathlib.Path("model.py"))
registry = ModelRegistry(behind, pathlib.Path({str(folder)!r}))
version = registry.at_alias("late", "production")
assert registry.load("late", version.version).digest == version.digest
assert registry.stale_since is not None
assert "mlflow" not in sys.modules and "requests" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_altered_bundle_is_thrown_away_and_fetched_anew(behind, folder):
    serve(cache(behind, folder))
    (folder / "bundles" / tiny_bundle("one").digest / "model.onnx").write_bytes(b"another model")

    assert serve(cache(behind, folder)) == tiny_bundle("one")
    assert behind.fetched == [1, 1]
    assert serve(cache(behind, folder)) == tiny_bundle("one")
    assert behind.fetched == [1, 1]


def test_a_bundle_exchanged_for_another_whole_one_is_thrown_away(behind, folder):
    serve(cache(behind, folder))
    for name, content in tiny_bundle("another").files.items():
        (folder / "bundles" / tiny_bundle("one").digest / name).write_bytes(content)

    assert serve(cache(behind, folder)) == tiny_bundle("one")
    assert behind.fetched == [1, 1]


def test_an_altered_bundle_never_serves_though_the_registry_is_away(behind, folder):
    serve(cache(behind, folder))
    (folder / "bundles" / tiny_bundle("one").digest / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    behind.away = True

    with pytest.raises(StoreError, match="away"):
        serve(cache(behind, folder))


def test_an_answer_that_cannot_be_read_is_no_answer(behind, folder):
    serve(cache(behind, folder))
    for path in (folder / "answers").iterdir():
        path.write_text("{")
    behind.away = True

    with pytest.raises(StoreError, match="remembers no answer"):
        cache(behind, folder).at_alias("late", "production")


def test_the_newest_bundles_stay_and_those_that_an_alias_points_at(behind, folder):
    registry = cache(behind, folder, keep=2)
    serve(registry)
    bundles = [tiny_bundle(salt) for salt in ("two", "three", "four", "five")]
    for bundle in bundles:
        registry.load("late", registry.register("late", bundle, "run-1").version)

    assert kept(folder) == {tiny_bundle("one").digest, *(bundle.digest for bundle in bundles[-2:])}
    registry.set_alias("late", "production", 5)
    serve(registry)
    registry.load("late", registry.register("late", tiny_bundle("six"), "run-1").version)
    assert kept(folder) == {bundles[-1].digest, tiny_bundle("six").digest}


def test_a_model_deleted_and_registered_anew_is_not_taken_for_the_old_one(behind, folder):
    serve(cache(behind, folder))
    anew = Registry()
    anew.register("late", tiny_bundle("two"), "run-1")
    anew.set_alias("late", "production", 1)

    assert serve(cache(anew, folder)) == tiny_bundle("two")
    with pytest.raises(NoSuchModel):
        cache(anew, folder).load("late", 2)
    anew.away = True
    assert serve(cache(anew, folder)) == tiny_bundle("two")


def test_a_digest_in_the_registry_that_is_a_path_leads_nowhere(behind, folder, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    behind._versions["late"] = [replace(version, digest="../../precious") for version in behind.versions("late")]

    serve(cache(behind, folder))

    assert behind.fetched == [1]
    assert precious.is_dir()


def test_a_folder_that_cannot_be_written_costs_a_warning_not_the_answer(behind, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")

    assert serve(cache(behind, tmp_path / "file" / "cache")) == tiny_bundle("one")

    assert "cannot keep a bundle" in caplog.text
    assert "cannot remember an answer" in caplog.text


def test_a_killed_writer_leaves_no_half_bundle(behind, folder):
    killed_before("pathlib:Path.rename", serve_one, folder)
    behind.away = True
    with pytest.raises(StoreError, match="is not in"):
        serve(cache(behind, folder))

    behind.away = False
    assert serve(cache(behind, folder)) == tiny_bundle("one")


def test_processes_may_share_the_folder(behind, folder):
    at_once(serve_one, [(folder,), (folder,), (folder,)])

    behind.away = True
    assert serve(cache(behind, folder)) == tiny_bundle("one")
    assert kept(folder) == {tiny_bundle("one").digest}
