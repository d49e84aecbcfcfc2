"""Every ModelCatalog: aliases of today, verified bundles, and none that was altered."""

from dataclasses import replace
from uuid import uuid4

import pytest

from delay_core.errors import BundleError, BundleMissing, NoSuchModel
from delay_core.ports.model_catalog import ModelCatalog
from fakes import model_catalog as fake
from support.bundles import tiny_bundle
from support.lazy_module import LazyModule
from support.registry_cases import RegistryCase, in_memory, in_mlflow

registry_cache, mlflow = LazyModule("adapters.registry_cache"), LazyModule("adapters.mlflow")
mlflow_rest, mlflow_stores = LazyModule("adapters.mlflow_rest"), LazyModule("support.mlflow_stores")


def _fake(_) -> RegistryCase:
    case = in_memory()
    return replace(case, catalog=fake.ModelCatalog(case.registry))


def _cached(folder) -> RegistryCase:
    case = in_memory()
    return replace(case, catalog=registry_cache.CachedModelCatalog(lambda: case.registry, folder / "cache"))


def _by_rest(_) -> RegistryCase:
    """Reads aliases over REST; the client loads the bundles."""
    store = mlflow_stores.server_store()
    case = in_mlflow(store)
    return replace(case, catalog=mlflow_rest.ModelCatalog(store.tracking_uri, case.registry.load, {}))


CASES = {
    "fake": _fake,
    "cached": _cached,
    "embedded MLflow": lambda _: in_mlflow(mlflow_stores.embedded_store()),
    "MLflow server": lambda _: in_mlflow(mlflow_stores.server_store()),
    "MLflow server by REST": _by_rest,
}


@pytest.fixture(params=CASES)
def case(request, tmp_path) -> RegistryCase:
    return CASES[request.param](tmp_path)


@pytest.fixture
def catalog(case) -> ModelCatalog:
    return case.catalog


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def test_unknown_model__has_no_aliases(catalog, name):
    assert catalog.get_by_alias(name, "production") is None
    assert catalog.stale_since is None


def test_load__returns_the_registered_bundle(case, catalog, name):
    bundle = tiny_bundle("one")
    case.registry.register(name, bundle, case.run_id)
    case.registry.register(name, tiny_bundle("two"), case.run_id)

    assert catalog.load(name, 1) == bundle


def test_alias__points_at_one_version_and_moves(case, catalog, name):
    one, two = (case.registry.register(name, tiny_bundle(salt), case.run_id) for salt in ("one", "two"))

    case.registry.set_alias(name, "production", two.version)
    assert catalog.get_by_alias(name, "production") == two
    case.registry.set_alias(name, "production", one.version)

    assert catalog.get_by_alias(name, "production") == one
    assert catalog.get_by_alias(name, "staging") is None
    assert catalog.stale_since is None


def test_aliases__of_one_model_are_independent(case, catalog, name):
    one, two = (case.registry.register(name, tiny_bundle(salt), case.run_id) for salt in ("one", "two"))

    case.registry.set_alias(name, "production", one.version)
    case.registry.set_alias(name, "staging", two.version)

    assert catalog.get_by_alias(name, "production") == one
    assert catalog.get_by_alias(name, "staging") == two


@pytest.mark.parametrize("version", [0, 2])
def test_load__of_a_missing_version_is_refused(case, catalog, name, version):
    case.registry.register(name, tiny_bundle("one"), case.run_id)

    with pytest.raises(NoSuchModel, match=name):
        catalog.load(name, version)
    with pytest.raises(NoSuchModel, match=name):
        case.registry.set_alias(name, "production", version)
    assert catalog.get_by_alias(name, "production") is None


def test_load__of_an_unknown_model_is_refused(catalog, name):
    with pytest.raises(NoSuchModel, match=name):
        catalog.load(name, 1)


def test_load__of_deleted_files_names_the_version_and_its_digest(case, catalog, name):
    digest = case.registry.register(name, tiny_bundle("one"), case.run_id).digest

    case.delete_files(name, 1)

    with pytest.raises(BundleMissing, match=f"the bundle of version 1 of '{name}' is missing from") as caught:
        catalog.load(name, 1)
    assert caught.value.digest == digest


def test_load__refuses_an_altered_file(case, catalog, name):
    case.registry.register(name, tiny_bundle("one"), case.run_id)

    case.alter(name, 1, "model.onnx", b"another model")

    with pytest.raises(BundleError, match=r"model\.onnx"):
        catalog.load(name, 1)


def test_load__refuses_an_additional_file(case, catalog, name):
    case.registry.register(name, tiny_bundle("one"), case.run_id)

    case.alter(name, 1, "model.pkl", b"cos\nsystem\n(S'true'\ntR.")

    with pytest.raises(BundleError, match=r"model\.pkl"):
        catalog.load(name, 1)
