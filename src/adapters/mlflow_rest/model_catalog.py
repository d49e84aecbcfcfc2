"""The model catalog of an MLflow server, for a process that polls an alias every few seconds."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from adapters.mlflow_rest.rest_client import MlflowApiError, get
from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports import model_catalog as port
from delay_core.ports.model_catalog import ModelVersion

_DIGEST_TAG = "delay.bundle_digest"
"""The tag in which `adapters.mlflow` stores the digest of a version."""
_ALIAS_PATH = "api/2.0/mlflow/registered-models/alias"


class ModelCatalog(port.ModelCatalog):
    """Reads aliases over REST and delegates the rare loading of a bundle, which needs MLflow's client."""

    def __init__(
        self, tracking_uri: str, load_bundle: Callable[[str, int], Bundle], environment: Mapping[str, str]
    ) -> None:
        """`load_bundle` implements `load`. `environment` holds the `MLFLOW_TRACKING_*` variables."""
        self._tracking_uri = tracking_uri.rstrip("/")
        self._load_bundle = load_bundle
        self._environment = environment

    @property
    def stale_since(self) -> datetime | None:
        return None

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        url = f"{self._tracking_uri}/{_ALIAS_PATH}?{urlencode({'name': name, 'alias': alias})}"
        try:
            body = get(url, self._environment)
        except MlflowApiError as error:
            if _is_not_found(error):
                return None
            refusal = f"MLflow refuses to read the alias {alias!r} of {name!r}"
            raise StoreError(f"{refusal}: {error}", public=f"{refusal}: {error.code}") from None
        try:
            return to_model_version(json.loads(body)["model_version"])
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError("the server at MLflow's tracking URI is no MLflow server") from error

    def load(self, name: str, version: int) -> Bundle:
        return self._load_bundle(name, version)


def to_model_version(content: Mapping[str, Any]) -> ModelVersion:
    """The version in MLflow's JSON. Raises KeyError, TypeError or ValueError for other content."""
    tags = {tag["key"]: tag["value"] for tag in content.get("tags", ())}
    return ModelVersion(
        content["name"], int(content["version"]), tags.get(_DIGEST_TAG, ""), content.get("run_id") or ""
    )


def _is_not_found(error: MlflowApiError) -> bool:
    """MLflow has a code for an unknown model, but only a message for an unknown alias."""
    return error.code == "RESOURCE_DOES_NOT_EXIST" or (
        error.code == "INVALID_PARAMETER_VALUE" and "alias" in error.message and "not found" in error.message
    )
