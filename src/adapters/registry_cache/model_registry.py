"""A registry that is remembered: what it said last, and the bundles it gave, serve on while it is away."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.registry_cache.answers import Answers
from adapters.registry_cache.bundles import Bundles
from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports import model_registry as port
from delay_core.ports.model_catalog import ModelVersion

_LOG = logging.getLogger(__name__)


class ModelRegistry(port.ModelRegistry):
    """Reads are answered by the registry behind; when that raises StoreError, as they were answered last.

    Writes need the registry itself. A bundle is fetched once, and read from here, verified, as long as the registry
    says that the version holds it. A folder that cannot be written is logged, and the answers come all the same.
    Processes may share the folder.
    """

    def __init__(self, inner: Callable[[], port.ModelRegistry], folder: Path, keep: int = 5) -> None:
        """`inner` makes the registry behind when it is first needed, and may raise StoreError when that is away.

        `keep` bundles stay, the newest, and whatever bundle an alias was last seen to point at.
        """
        self._make = inner
        self._made: port.ModelRegistry | None = None
        self._folder = folder
        self._bundles = Bundles(folder / "bundles", keep)
        self._answers = Answers(folder / "answers")
        self._stated: dict[tuple[str, int], str] = {}
        self.stale_since: datetime | None = None
        """When the registry was last heard (UTC), if `versions` or `get_by_alias` answered from memory last; else None."""

    def register(self, name: str, bundle: Bundle, run_id: str) -> ModelVersion:
        return self._inner.register(name, bundle, run_id)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self._inner.set_alias(name, alias, version)

    def versions(self, name: str) -> list[ModelVersion]:
        return self._answered(["versions", name], lambda registry: registry.versions(name))

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        def ask(registry: port.ModelRegistry) -> list[ModelVersion]:
            found = registry.get_by_alias(name, alias)
            return [] if found is None else [found]

        return next(iter(self._answered(["alias", name, alias], ask)), None)

    def load(self, name: str, version: int) -> Bundle:
        question = ["version", name, version]
        stated = self._stated.get((name, version), "")
        bundle = self._kept(stated)
        if bundle is None:
            try:
                bundle = self._inner.load(name, version)
            except StoreError as error:
                known = self._answers.recall(question)
                bundle = self._kept(known[0]) if known else None
                if bundle is None:
                    raise StoreError(f"{error}; and version {version} of {name!r} is not in {self._folder}") from error
                return bundle
            with self._tried("keep a bundle"):
                self._bundles.put(
                    bundle, {version["digest"] for found in self._answers.every("alias") for version in found}
                )
        self._stated[name, version] = bundle.digest
        with self._tried("remember a version"):
            self._answers.keep(question, bundle.digest)
        return bundle

    @property
    def _inner(self) -> port.ModelRegistry:
        self._made = self._made or self._make()
        return self._made

    def _answered(
        self, question: list[Any], ask: Callable[[port.ModelRegistry], list[ModelVersion]]
    ) -> list[ModelVersion]:
        try:
            answer = ask(self._inner)
        except StoreError as error:
            known = self._answers.recall(question)
            if known is None:
                raise StoreError(f"{error}; and {self._folder} remembers no answer from before") from error
            self.stale_since = known[1]
            remembered = [ModelVersion(**version) for version in known[0]]
            self._believe(remembered)
            return remembered
        self.stale_since = None
        self._believe(answer)
        with self._tried("remember an answer"):
            self._answers.keep(question, [asdict(version) for version in answer])
        return answer

    def _believe(self, versions: list[ModelVersion]) -> None:
        self._stated |= {(version.name, version.version): version.digest for version in versions}

    def _kept(self, digest: str) -> Bundle | None:
        try:
            return self._bundles.get(digest)
        except OSError as error:
            self._complain("read a bundle", error)
            return None

    @contextmanager
    def _tried(self, purpose: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._complain(purpose, error)

    def _complain(self, purpose: str, error: OSError) -> None:
        _LOG.warning("the cache of registered models in %s cannot %s: %s", self._folder, purpose, error)
