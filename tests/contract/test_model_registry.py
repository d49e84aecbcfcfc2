"""Every ModelRegistry: versions never change, equal bundles are one version, aliases move immediately."""

from uuid import uuid4

import pytest

from delay_core.errors import NoSuchModel
from support.bundles import tiny_bundle
from support.lazy_module import LazyModule
from support.registry_cases import RegistryCase, in_memory, in_mlflow

mlflow, mlflow_stores = LazyModule("adapters.mlflow"), LazyModule("support.mlflow_stores")


@pytest.fixture(params=["fake", "embedded MLflow", "MLflow server"])
def case(request) -> RegistryCase:
    if request.param == "fake":
        return in_memory()
    is_embedded = request.param == "embedded MLflow"
    return in_mlflow(mlflow_stores.embedded_store() if is_embedded else mlflow_stores.server_store())


@pytest.fixture
def registry(case):
    return case.registry


@pytest.fixture
def name() -> str:
    return f"late-{uuid4().hex}"


def test_unknown_model__has_no_versions(registry, name):
    assert registry.versions(name) == []


def test_versions__count_from_one_and_name_their_bundle_and_run(case, registry, name):
    first, second = tiny_bundle("one"), tiny_bundle("two")

    versions = [registry.register(name, bundle, case.run_id) for bundle in (first, second)]

    assert [(v.name, v.version, v.digest, v.run_id) for v in versions] == [
        (name, 1, first.digest, case.run_id),
        (name, 2, second.digest, case.run_id),
    ]
    assert registry.versions(name) == versions


def test_register__the_same_bundle_returns_its_version(case, registry, name):
    first = registry.register(name, tiny_bundle("one"), case.run_id)
    registry.register(name, tiny_bundle("two"), case.run_id)

    assert registry.register(name, tiny_bundle("one"), case.run_id) == first
    assert len(registry.versions(name)) == 2


def test_register__the_same_bundle_under_another_model_is_a_version_of_that_model(case, registry, name):
    registry.register(name, tiny_bundle("one"), case.run_id)

    assert registry.register(f"{name}-again", tiny_bundle("one"), case.run_id).version == 1


def test_register__stores_deleted_files_of_a_version_again(case, registry, name):
    bundle = tiny_bundle("one")
    version = registry.register(name, bundle, case.run_id)

    case.delete_files(name, 1)

    assert registry.register(name, bundle, "") == version
    assert registry.load(name, 1) == bundle
    assert registry.versions(name) == [version]


@pytest.mark.parametrize("version", [0, 2])
def test_set_alias__to_a_missing_version_is_refused(case, registry, name, version):
    registry.register(name, tiny_bundle("one"), case.run_id)

    with pytest.raises(NoSuchModel, match=name):
        registry.set_alias(name, "production", version)
    assert registry.get_by_alias(name, "production") is None
