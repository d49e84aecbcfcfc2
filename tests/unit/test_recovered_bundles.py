"""Bundles whose files are missing from the registry: a copy with the same digest serves, and no other."""

import logging

import pytest

from delay_core.artifacts import find_bundle, write_bundle
from delay_core.errors import BundleError, BundleMissing, StoreError
from delay_core.use_cases.recovered_bundles import RecoveringModelCatalog, RecoveringModelRegistry
from fakes.artifact_store import ArtifactStore
from fakes.model_registry import ModelRegistry
from support.bundles import tiny_bundle

BUNDLE = tiny_bundle("one")


@pytest.fixture
def registry():
    registry = ModelRegistry()
    registry.register("late", BUNDLE, "run-1")
    return registry


@pytest.fixture
def store():
    store = ArtifactStore()
    write_bundle(store, BUNDLE)
    return store


def recovering(registry, *copies):
    return RecoveringModelCatalog(registry, copies)


def raise_store_error(*_):
    raise StoreError("no rights")


def copy_in(store):
    return lambda digest: find_bundle(store, digest)


def test_deleted_files__are_read_from_the_copy_and_logged_once(registry, store, caplog):
    registry.delete_files("late", 1)
    catalog = recovering(registry, lambda _: None, copy_in(store))

    with caplog.at_level(logging.WARNING):
        assert catalog.load("late", 1) == catalog.load("late", 1) == BUNDLE

    [record] = caplog.records
    assert "the files of version 1 of late are missing from the registry" in record.message
    assert BUNDLE.digest[:12] in record.message


def test_registry__stores_deleted_files_again_and_says_so(registry, store, caplog):
    registry.delete_files("late", 1)

    assert RecoveringModelRegistry(registry, [copy_in(store)]).load("late", 1) == BUNDLE

    assert registry.load("late", 1) == BUNDLE
    assert len(registry.versions("late")) == 1
    assert "was stored there again" in caplog.text


def test_registry_that_cannot_be_written__does_not_prevent_the_use_of_the_copy(registry, store, caplog, monkeypatch):
    registry.delete_files("late", 1)
    monkeypatch.setattr(registry, "register", raise_store_error)

    assert RecoveringModelRegistry(registry, [copy_in(store)]).load("late", 1) == BUNDLE

    assert "cannot be stored there: no rights" in caplog.text


def test_present_files__are_read_from_the_registry(registry, caplog):
    assert recovering(registry, lambda _: pytest.fail("a copy was read")).load("late", 1) == BUNDLE
    assert not caplog.records


def test_deleted_files_without_a_copy__are_an_error_that_names_version_and_remedy(registry):
    registry.delete_files("late", 1)

    with pytest.raises(BundleMissing, match=r"version 1 of 'late' is missing.*no copy with its digest is in the data"):
        recovering(registry, copy_in(ArtifactStore())).load("late", 1)


def test_copy_with_another_digest__never_serves(registry):
    registry.delete_files("late", 1)

    with pytest.raises(BundleMissing):
        recovering(registry, lambda _: tiny_bundle("another")).load("late", 1)


def test_altered_copy__never_serves(registry, store):
    registry.delete_files("late", 1)
    store._sets["bundles", BUNDLE.digest]["model.onnx"] = b"another model"

    with pytest.raises(BundleMissing):
        recovering(registry, copy_in(store)).load("late", 1)


def test_altered_files_in_the_registry__are_refused_although_there_is_a_copy(registry, store):
    registry.alter("late", 1, "model.onnx", b"another model")

    with pytest.raises(BundleError, match=r"model\.onnx was altered"):
        recovering(registry, copy_in(store)).load("late", 1)
