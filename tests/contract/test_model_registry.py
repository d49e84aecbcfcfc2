"""Every ModelRegistry: versions that never change, aliases that move at once, and no bundle that was altered."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from delay_core.errors import BundleError, NoSuchModel
from delay_core.ports.experiment_tracker import Training
from delay_core.ports.model_registry import ModelRegistry
from fakes import model_registry as fake
from support.bundles import tiny_bundle
from support.lazy_module import LazyModule

cache, mlflow = LazyModule("adapters.registry_cache"), LazyModule("adapters.mlflow")
mlflow_rest, mlflow_stores = LazyModule("adapters.mlflow_rest"), LazyModule("support.mlflow_stores")
CODE = Path(__file__).parents[2] / "src/entrypoints/pyfunc/model.py"


@dataclass
class Place:
    """A registry, what writes there if not itself, a run that may register, and somebody who alters its storage."""

    registry: ModelRegistry
    writer: ModelRegistry
    run_id: str
    alter: Callable[[str, int, str, bytes], None]


def _in_mlflow(store) -> Place:
    run_id = mlflow.ExperimentTracker(store).record("trainings", Training(uuid4().hex, {}, {}, {}))

    def alter(name: str, version: int, file: str, content: bytes) -> None:
        with store.reached("alter") as client:
            source = client.get_model_version(name, str(version)).source
            run = client.get_run(run_id)
            inside = source.removeprefix(f"{run.info.artifact_uri}/")
            client.log_text(run_id, content.decode(), f"{inside}/artifacts/bundle/{file}")

    registry = mlflow.ModelRegistry(store, CODE)
    return Place(registry, registry, run_id, alter)


def _by_rest() -> Place:
    """Reads the alias over HTTP without MLflow's client, and hands loading to that client."""
    store = mlflow_stores.server_store()
    behind = _in_mlflow(store)
    registry = mlflow_rest.ModelRegistry(store.tracking_uri, behind.registry.load, {})
    return Place(registry, behind.registry, behind.run_id, behind.alter)


def _in_memory() -> Place:
    registry = fake.ModelRegistry()
    return Place(registry, registry, "run-1", registry.alter)


def _cached(folder: Path) -> Place:
    behind = _in_memory()
    registry = cache.ModelRegistry(lambda: behind.registry, folder / "cache")
    return Place(registry, registry, behind.run_id, behind.alter)


WRITING = ["fake", "cached", "embedded MLflow", "MLflow server"]
reads = pytest.mark.parametrize("place", [*WRITING, "MLflow server by REST"], indirect=True)
"""For tests of `get_by_alias` and `load`, which is all that some adapters do."""


@pytest.fixture(params=WRITING)
def place(request, tmp_path) -> Place:
    makers = {
        "fake": _in_memory,
        "cached": lambda: _cached(tmp_path),
        "embedded MLflow": lambda: _in_mlflow(mlflow_stores.embedded_store()),
        "MLflow server": lambda: _in_mlflow(mlflow_stores.server_store()),
        "MLflow server by REST": _by_rest,
    }
    return makers[request.param]()


@pytest.fixture
def registry(place) -> ModelRegistry:
    return place.registry


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


@reads
def test_unknown_model__has_no_aliases(registry, name):
    assert registry.get_by_alias(name, "production") is None


def test_unknown_model__has_no_versions(registry, name):
    assert registry.versions(name) == []


def test_versions_count_from_one_and_say_which_bundle_and_run_they_hold(place, registry, name):
    first, second = tiny_bundle("one"), tiny_bundle("two")

    made = [registry.register(name, bundle, place.run_id) for bundle in (first, second)]

    assert [(v.name, v.version, v.digest, v.run_id) for v in made] == [
        (name, 1, first.digest, place.run_id),
        (name, 2, second.digest, place.run_id),
    ]
    assert registry.versions(name) == made


def test_the_same_bundle_stays_one_version(place, registry, name):
    first = registry.register(name, tiny_bundle("one"), place.run_id)
    registry.register(name, tiny_bundle("two"), place.run_id)

    assert registry.register(name, tiny_bundle("one"), place.run_id) == first
    assert len(registry.versions(name)) == 2


def test_another_model_holds_the_same_bundle_as_its_own_version(place, registry, name):
    registry.register(name, tiny_bundle("one"), place.run_id)

    assert registry.register(f"{name}-again", tiny_bundle("one"), place.run_id).version == 1


@reads
def test_a_loaded_bundle_is_the_registered_one(place, registry, name):
    bundle = tiny_bundle("one")
    place.writer.register(name, bundle, place.run_id)
    place.writer.register(name, tiny_bundle("two"), place.run_id)

    assert registry.load(name, 1) == bundle


@reads
def test_an_alias_points_at_one_version_and_moves(place, registry, name):
    one, two = (place.writer.register(name, tiny_bundle(salt), place.run_id) for salt in ("one", "two"))

    place.writer.set_alias(name, "production", two.version)
    assert registry.get_by_alias(name, "production") == two
    place.writer.set_alias(name, "production", one.version)

    assert registry.get_by_alias(name, "production") == one
    assert registry.get_by_alias(name, "staging") is None


@reads
def test_aliases_of_one_model_are_independent(place, registry, name):
    one, two = (place.writer.register(name, tiny_bundle(salt), place.run_id) for salt in ("one", "two"))

    place.writer.set_alias(name, "production", one.version)
    place.writer.set_alias(name, "staging", two.version)

    assert registry.get_by_alias(name, "production") == one
    assert registry.get_by_alias(name, "staging") == two


@reads
@pytest.mark.parametrize("version", [0, 2])
def test_a_version_that_does_not_exist_is_refused(place, registry, name, version):
    place.writer.register(name, tiny_bundle("one"), place.run_id)

    with pytest.raises(NoSuchModel, match=name):
        registry.load(name, version)
    with pytest.raises(NoSuchModel, match=name):
        place.writer.set_alias(name, "production", version)
    assert registry.get_by_alias(name, "production") is None


@reads
def test_an_unknown_model_cannot_be_loaded(registry, name):
    with pytest.raises(NoSuchModel, match=name):
        registry.load(name, 1)


@reads
def test_an_altered_file_is_refused(place, registry, name):
    place.writer.register(name, tiny_bundle("one"), place.run_id)

    place.alter(name, 1, "model.onnx", b"another model")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        registry.load(name, 1)


@reads
def test_a_foreign_file_is_refused(place, registry, name):
    place.writer.register(name, tiny_bundle("one"), place.run_id)

    place.alter(name, 1, "model.pkl", b"cos\nsystem\n(S'true'\ntR.")

    with pytest.raises(BundleError, match=r"model\.pkl"):
        registry.load(name, 1)
