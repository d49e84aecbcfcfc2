"""Bundles as versions of a registered model in MLflow, identified by the tag `delay.bundle_digest`."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.mlflow.bundle_path import BUNDLE_PATH
from adapters.mlflow.connection import MlflowConnection, is_missing
from adapters.mlflow.reader import MlflowReader, StoredVersion
from delay_core.errors import BundleError, BundleMissing, NoSuchModel
from delay_core.ports import model_registry as port
from delay_core.ports.model_catalog import ModelVersion

if TYPE_CHECKING:
    from adapters.mlflow.library import MlflowClient
    from delay_core.bundle import Bundle

DIGEST_TAG = "delay.bundle_digest"


class ModelRegistry(port.ModelRegistry):
    """A version is created after its files are stored; loading executes no code that is stored in MLflow.

    A version that was registered by hand, without the tag, is listed with an empty digest and refused by `load`.
    """

    def __init__(self, mlflow: MlflowConnection, code: Path) -> None:
        """`code` is the Python file that MLflow runs to load the model (it calls `mlflow.models.set_model`)."""
        self._mlflow = mlflow
        self._code = code

    @property
    def stale_since(self) -> datetime | None:
        return None

    def register(self, name: str, bundle: "Bundle", run_id: str) -> ModelVersion:
        from adapters.mlflow.client_reader import ClientReader  # noqa: PLC0415 - reading needs no MLflow, writing does
        from adapters.mlflow.pyfunc_model import ensure_model, pyfunc_directory  # noqa: PLC0415

        with self._mlflow.exclusive_client(f"register a version of {name!r}") as client:
            reader = ClientReader(client, self._mlflow.tracking_uri)
            path = f"models/{bundle.digest}"
            for known in _versions_with_digest(reader, name, bundle.digest):
                if not _holds_bundle(reader, known):
                    self._restore(client, known, bundle, path)
                return known
            with pyfunc_directory(bundle, self._code) as folder:
                client.log_artifacts(run_id, str(folder), path)
            ensure_model(client, name)
            source = f"{client.get_run(run_id).info.artifact_uri}/{path}"
            created = client.create_model_version(name, source, run_id, tags={DIGEST_TAG: bundle.digest})
            first = next(_versions_with_digest(reader, name, bundle.digest))
            if first.version != int(created.version):  # another process registered it on the server, too
                client.delete_model_version(name, created.version)
            return first

    def versions(self, name: str) -> list[ModelVersion]:
        with self._mlflow.reader(f"read the versions of {name!r}") as reader:
            return _versions(reader, name)

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        with self._mlflow.reader(f"read the alias {alias!r} of {name!r}") as reader:
            version = reader.get_by_alias(name, alias)
        return None if version is None else _to_model_version(version)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        with self._mlflow.client(f"set the alias {alias!r} of {name!r}") as client:
            self._version(self._mlflow.client_reader(), name, version)
            client.set_registered_model_alias(name, alias, str(version))

    def load(self, name: str, version: int) -> "Bundle":
        from delay_core.bundle import MAX_BUNDLE_BYTES, Bundle  # noqa: PLC0415 - loads pandas, which other methods do not need

        with self._mlflow.reader(f"load version {version} of {name!r}") as reader:
            stored = self._version(reader, name, version)
            files = reader.model_files(stored, BUNDLE_PATH, MAX_BUNDLE_BYTES)
            location = reader.model_location(stored)
        declared = _to_model_version(stored).digest
        if files is None:
            raise BundleError(f"the bundle of version {version} of {name!r} is larger than {MAX_BUNDLE_BYTES:,} bytes")
        if not declared:
            raise BundleError(f"version {version} of {name!r} has no tag {DIGEST_TAG}: `delay` did not register it")
        if Bundle.is_incomplete(files):
            missing = f"the bundle of version {version} of {name!r} is missing"
            remedy = "run the pipeline again to register it, or restore the files from a backup"
            raise BundleMissing(
                f"{missing} from {location}, where MLflow stored it; {remedy}",
                digest=declared,
                public=f"{missing} from MLflow's storage; {remedy}",
            )
        bundle = Bundle.from_files(files)
        if bundle.digest != declared:
            digests = f"its digest is {bundle.digest[:12]}…, in the registry {declared[:12]}…"
            raise BundleError(f"version {version} of {name!r} was replaced: {digests}; register the bundle again")
        return bundle

    def _restore(self, client: "MlflowClient", version: ModelVersion, bundle: "Bundle", path: str) -> None:
        """Store the files again. Without the version's run, which `mlflow gc` may have deleted, they stay missing."""
        from adapters.mlflow.library import MlflowException  # noqa: PLC0415 - as in register
        from adapters.mlflow.pyfunc_model import pyfunc_directory  # noqa: PLC0415

        try:
            with pyfunc_directory(bundle, self._code) as folder:
                client.log_artifacts(version.run_id, str(folder), path)
        except MlflowException as error:
            if not is_missing(error):
                raise

    def _version(self, reader: MlflowReader, name: str, number: int) -> StoredVersion:
        version = reader.version(name, number)
        if version is None:
            numbers = ", ".join(str(known.version) for known in reader.versions(name)) or "none"
            missing = f"no version {number} of {name!r}"
            raise NoSuchModel(
                f"{missing} at {self._mlflow.name}; there are: {numbers}", public=f"{missing}; there are: {numbers}"
            )
        return version


def _holds_bundle(reader: MlflowReader, version: ModelVersion) -> bool:
    """Whether all files of the version's bundle are stored; somebody may have deleted them."""
    from delay_core.bundle import MAX_BUNDLE_BYTES, Bundle  # noqa: PLC0415 - as in load

    stored = StoredVersion(version.name, version.version, version.run_id, {})
    files = reader.model_files(stored, BUNDLE_PATH, MAX_BUNDLE_BYTES)
    return files is None or not Bundle.is_incomplete(files)


def _versions(reader: MlflowReader, name: str) -> list[ModelVersion]:
    return [_to_model_version(version) for version in reader.versions(name)]


def _versions_with_digest(reader: MlflowReader, name: str, digest: str) -> Iterator[ModelVersion]:
    return (version for version in _versions(reader, name) if version.digest == digest)


def _to_model_version(version: StoredVersion) -> ModelVersion:
    return ModelVersion(version.name, version.version, version.tags.get(DIGEST_TAG, ""), version.run_id)
