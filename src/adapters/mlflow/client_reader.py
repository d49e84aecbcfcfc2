"""Reads MLflow through its client: any server, and an embedded file of another version of MLflow."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from adapters.mlflow.connection import is_missing, quote
from adapters.mlflow.library import MlflowClient, MlflowException, ModelVersion, Run, mlflow
from adapters.mlflow.reader import MlflowReader, StoredRun, StoredVersion
from adapters.mlflow.runs import experiment_id, find_runs

PAGE_SIZE = 200
"""Number of versions per request."""


class ClientReader(MlflowReader):
    """Each method sends at least one request to MLflow and raises what MLflow's client raises."""

    def __init__(self, client: MlflowClient, tracking_uri: str) -> None:
        self._client = client
        self._tracking_uri = tracking_uri

    def experiment_id(self, name: str) -> str | None:
        return experiment_id(self._client, name)

    def runs(self, experiment_id: str, tag: str) -> list[StoredRun]:
        return [stored_run(run) for run in find_runs(self._client, experiment_id, f"tags.`{tag}` != ''")]

    def versions(self, name: str) -> list[StoredVersion]:
        versions: list[StoredVersion] = []
        token = ""
        while True:
            page = self._client.search_model_versions(
                f"name = {quote(name)}", max_results=PAGE_SIZE, page_token=token or None
            )
            versions += [_stored_version(version) for version in page]
            token = page.token or ""
            if not token:
                return sorted(versions, key=lambda version: version.version)

    def version(self, name: str, number: int) -> StoredVersion | None:
        try:
            return _stored_version(self._client.get_model_version(name, str(number)))
        except MlflowException as error:
            if is_missing(error):
                return None
            raise

    def get_by_alias(self, name: str, alias: str) -> StoredVersion | None:
        try:
            number = self._client.get_registered_model(name).aliases.get(alias)
        except MlflowException as error:
            if is_missing(error):
                return None
            raise
        return None if number is None else self.version(name, int(number))

    def model_files(self, version: StoredVersion, folder: str, size_limit: int) -> Mapping[str, bytes] | None:
        source = self._client.get_model_version_download_uri(version.name, str(version.version))
        uri = f"{source.rstrip('/')}/{folder}"
        listed = mlflow.artifacts.list_artifacts(artifact_uri=uri, tracking_uri=self._tracking_uri)
        if sum(item.file_size or 0 for item in listed) > size_limit:
            return None
        if not listed:
            return {}
        with tempfile.TemporaryDirectory() as target:
            stores = {"tracking_uri": self._tracking_uri, "registry_uri": self._tracking_uri}
            root = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=target, **stores))
            return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    def model_location(self, version: StoredVersion) -> str:
        return str(self._client.get_model_version_download_uri(version.name, str(version.version)))


def stored_run(run: Run) -> StoredRun:
    """Convert MLflow's run."""
    return StoredRun(
        run_id=str(run.info.run_id),
        status=str(run.info.status),
        started=int(run.info.start_time),
        ended=None if run.info.end_time is None else int(run.info.end_time),
        tags=dict(run.data.tags),
        parameters=dict(run.data.params),
        metrics=dict(run.data.metrics),
    )


def _stored_version(version: ModelVersion) -> StoredVersion:
    return StoredVersion(version.name, int(version.version), version.run_id or "", dict(version.tags))
