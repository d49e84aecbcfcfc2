"""A model catalog that remembers what another one returned."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from adapters.registry_cache.bundle_cache import BundleCache
from adapters.registry_cache.response_cache import ResponseCache
from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports.model_catalog import ModelCatalog, ModelVersion

_LOG = logging.getLogger(__name__)


_BUNDLES = "bundles"


def read_cached_bundle(folder: Path, digest: str) -> Bundle | None:
    """The bundle that a catalog with this folder keeps, verified; None if there is none, or it cannot be read."""
    try:
        return BundleCache(folder / _BUNDLES, size=0).get(digest)
    except OSError:
        return None


class CachedModelCatalog(ModelCatalog):
    """Reads from another catalog; if that raises StoreError, returns what it returned last.

    A bundle is loaded once and then read from the folder, verified, as long as the registry reports the same digest for
    the version. An OSError of the folder is logged and does not prevent a response. Processes may share the folder.
    """

    def __init__(self, create_catalog: Callable[[], ModelCatalog], folder: Path, size: int = 5) -> None:
        """`create_catalog` is called at the first read, and again after it raised StoreError.

        The `size` bundles used last stay on disk, and every bundle to which an alias pointed last.
        """
        self._create_catalog = create_catalog
        self._catalog: ModelCatalog | None = None
        self._folder = folder
        self._bundles = BundleCache(folder / _BUNDLES, size)
        self._responses = ResponseCache(folder / "answers")
        self._digests: dict[tuple[str, int], str] = {}
        self._stale_since: datetime | None = None

    @property
    def stale_since(self) -> datetime | None:
        return self._stale_since

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        key = ["alias", name, alias]
        try:
            version = self._delegate().get_by_alias(name, alias)
        except StoreError as error:
            cached = self._responses.get(key)
            if cached is None:
                raise StoreError(
                    f"{error}; and {self._folder} holds no earlier response",
                    public=f"{error.public}; and the cache holds no earlier response",
                ) from error
            response, self._stale_since = cached
            return self._remember_digest(ModelVersion(**response[0]) if response else None)
        self._stale_since = None
        with self._log_os_errors("store a response"):
            self._responses.put(key, [] if version is None else [asdict(version)])
        return self._remember_digest(version)

    def load(self, name: str, version: int) -> Bundle:
        key = ["version", name, version]
        bundle = self._cached_bundle(self._digests.get((name, version), ""))
        if bundle is None:
            try:
                bundle = self._delegate().load(name, version)
            except StoreError as error:
                cached = self._responses.get(key)
                bundle = self._cached_bundle(cached[0]) if cached else None
                if bundle is None:
                    missing = f"version {version} of {name!r} is not in"
                    raise StoreError(
                        f"{error}; and {missing} {self._folder}", public=f"{error.public}; and {missing} the cache"
                    ) from error
                return bundle
            with self._log_os_errors("store a bundle"):
                self._bundles.put(bundle, self._digests_at_aliases())
        self._digests[name, version] = bundle.digest
        with self._log_os_errors("store a digest"):
            self._responses.put(key, bundle.digest)
        return bundle

    def _delegate(self) -> ModelCatalog:
        if self._catalog is None:
            self._catalog = self._create_catalog()
        return self._catalog

    def _remember_digest(self, version: ModelVersion | None) -> ModelVersion | None:
        if version is not None:
            self._digests[version.name, version.version] = version.digest
        return version

    def _cached_bundle(self, digest: str) -> Bundle | None:
        try:
            return self._bundles.get(digest)
        except OSError as error:
            self._log_os_error("read a bundle", error)
            return None

    def _digests_at_aliases(self) -> set[str]:
        return {version["digest"] for response in self._responses.values("alias") for version in response}

    @contextmanager
    def _log_os_errors(self, purpose: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._log_os_error(purpose, error)

    def _log_os_error(self, purpose: str, error: OSError) -> None:
        _LOG.warning("the cache of registered models in %s cannot %s: %s", self._folder, purpose, error)
