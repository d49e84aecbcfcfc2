"""Bundles as versions of an MLflow registered model, found again by the tag `delay.bundle_digest`."""

from collections.abc import Iterator
from pathlib import Path

from adapters.mlflow import library
from adapters.mlflow.library import MlflowClient, MlflowException
from adapters.mlflow.pyfunc_model import bundle_files, model_folder
from adapters.mlflow.store import MlflowStore, is_missing, is_taken, quoted
from delay_core.bundle import Bundle
from delay_core.errors import BundleError, NoSuchModel
from delay_core.ports import model_registry as port
from delay_core.ports.model_registry import ModelVersion

DIGEST = "delay.bundle_digest"
PAGE = 200
"""Versions that MLflow is asked for at a time."""


class ModelRegistry(port.ModelRegistry):
    """A version is made in one step, its files in place before; loading runs nothing that lies in MLflow.

    A version registered by hand, without the tag, is listed with an empty digest and refused by `load`.
    """

    def __init__(self, store: MlflowStore, code: Path) -> None:
        """`code` is the Python file that MLflow runs to load the model (it calls `mlflow.models.set_model`)."""
        self._store = store
        self._code = code

    def register(self, name: str, bundle: Bundle, run_id: str) -> ModelVersion:
        with self._store.written(f"register a version of {name!r}") as client:
            for known in _holding(client, name, bundle.digest):
                return known
            place = f"models/{bundle.digest}"
            with model_folder(bundle, self._code) as folder:
                client.log_artifacts(run_id, str(folder), place)
            _ensure_model(client, name)
            source = f"{client.get_run(run_id).info.artifact_uri}/{place}"
            made = client.create_model_version(name, source, run_id, tags={DIGEST: bundle.digest})
            first = next(_holding(client, name, bundle.digest))
            if first.version != int(made.version):  # two writers on a server: the earlier version stands
                client.delete_model_version(name, made.version)
            return first

    def versions(self, name: str) -> list[ModelVersion]:
        with self._store.reached(f"read the versions of {name!r}") as client:
            return _versions(client, name)

    def at_alias(self, name: str, alias: str) -> ModelVersion | None:
        with self._store.reached(f"read the alias {alias!r} of {name!r}") as client:
            try:
                version = client.get_registered_model(name).aliases.get(alias)
                return None if version is None else _told(client.get_model_version(name, version))
            except MlflowException as error:
                if is_missing(error):
                    return None
                raise

    def set_alias(self, name: str, alias: str, version: int) -> None:
        with self._store.reached(f"set the alias {alias!r} of {name!r}") as client:
            self._version(client, name, version)
            client.set_registered_model_alias(name, alias, str(version))

    def load(self, name: str, version: int) -> Bundle:
        with self._store.reached(f"load version {version} of {name!r}") as client:
            stated = self._version(client, name, version).digest
            files = bundle_files(client.get_model_version_download_uri(name, str(version)), self._store.tracking_uri)
        if not stated:
            raise BundleError(f"version {version} of {name!r} has no tag {DIGEST}: it was not registered by `delay`")
        bundle = Bundle.from_files(files)
        if bundle.digest != stated:
            found = f"its digest is {bundle.digest[:12]}…, the registry says {stated[:12]}…"
            raise BundleError(f"version {version} of {name!r} was exchanged: {found}; register the bundle anew")
        return bundle

    def _version(self, client: MlflowClient, name: str, version: int) -> ModelVersion:
        try:
            return _told(client.get_model_version(name, str(version)))
        except MlflowException as error:
            if not is_missing(error):
                raise
            numbers = ", ".join(str(known.version) for known in _versions(client, name)) or "none"
            raise NoSuchModel(
                f"no version {version} of {name!r} at {self._store.name}; there are: {numbers}"
            ) from error


def _ensure_model(client: MlflowClient, name: str) -> None:
    try:
        client.create_registered_model(name)
    except MlflowException as error:
        if not is_taken(error):
            raise


def _versions(client: MlflowClient, name: str) -> list[ModelVersion]:
    found, token = [], ""
    while True:
        page = client.search_model_versions(f"name = {quoted(name)}", max_results=PAGE, page_token=token or None)
        found += [_told(version) for version in page]
        token = page.token or ""
        if not token:
            return sorted(found, key=lambda version: version.version)


def _holding(client: MlflowClient, name: str, digest: str) -> Iterator[ModelVersion]:
    return (version for version in _versions(client, name) if version.digest == digest)


def _told(version: library.ModelVersion) -> ModelVersion:
    return ModelVersion(version.name, int(version.version), version.tags.get(DIGEST, ""), version.run_id or "")
