"""Where MLflow's client is not installed, the bundle of an alias is read from the data folder."""

import pytest

from delay_core.errors import BundleMissing, StoreError
from delay_core.use_cases.stored_bundles import StoredModelCatalog
from fakes.model_registry import ModelRegistry
from support.bundles import tiny_bundle

BUNDLE = tiny_bundle("one")


@pytest.fixture
def registry():
    registry = ModelRegistry()
    registry.register("late", BUNDLE, "run-1")
    registry.set_alias("late", "production", 1)
    registry.delete_files("late", 1)
    return registry


def test_bundle_of_an_alias__is_the_copy_with_its_digest(registry):
    catalog = StoredModelCatalog(registry, [lambda _: None, {BUNDLE.digest: BUNDLE}.get])
    version = catalog.get_by_alias("late", "production")
    assert catalog.load(version.name, version.version) == BUNDLE


def test_another_bundle__is_not_used_as_a_copy(registry):
    catalog = StoredModelCatalog(registry, [lambda _: tiny_bundle("two")])
    catalog.get_by_alias("late", "production")
    with pytest.raises(BundleMissing, match=r"version 1 of 'late'.*without MLflow's client.*data folder"):
        catalog.load("late", 1)


def test_version_without_alias__is_an_error_that_names_it(registry):
    catalog = StoredModelCatalog(registry, [{BUNDLE.digest: BUNDLE}.get])
    with pytest.raises(StoreError, match="points at version 1 of 'late'"):
        catalog.load("late", 1)


def test_unknown_alias__stays_unknown(registry):
    assert StoredModelCatalog(registry, []).get_by_alias("late", "staging") is None
