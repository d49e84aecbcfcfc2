"""The registry for whoever follows an alias: that is asked every few seconds, all else once in a while."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from adapters.mlflow_rest.request import Refused, get
from delay_core.bundle import Bundle
from delay_core.errors import StoreError
from delay_core.ports import model_registry as port
from delay_core.ports.model_catalog import ModelVersion

_DIGEST = "delay.bundle_digest"
"""The tag under which `adapters.mlflow` keeps a version's digest."""
_ALIAS = "api/2.0/mlflow/registered-models/alias"


class ModelRegistry(port.ModelRegistry):
    """Answers `get_by_alias` itself; has `load` done elsewhere; does nothing else."""

    def __init__(self, tracking_uri: str, load: Callable[[str, int], Bundle], environment: Mapping[str, str]) -> None:
        """`load` does what the port's says. `environment` holds MLflow's variables for credentials and TLS."""
        self._uri = tracking_uri.rstrip("/")
        self._load = load
        self._environment = environment

    def get_by_alias(self, name: str, alias: str) -> ModelVersion | None:
        try:
            told = get(f"{self._uri}/{_ALIAS}?{urlencode({'name': name, 'alias': alias})}", self._environment)
        except Refused as refusal:
            if _says_that_there_is_none(refusal):
                return None
            raise StoreError(f"MLflow refuses to tell the alias {alias!r} of {name!r}: {refusal}") from None
        try:
            version: dict[str, Any] = json.loads(told)["model_version"]
            tags = {tag["key"]: tag["value"] for tag in version.get("tags", ())}
            return ModelVersion(
                version["name"], int(version["version"]), tags.get(_DIGEST, ""), version.get("run_id") or ""
            )
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError("what answers under MLflow's tracking URI is no MLflow") from error

    def load(self, name: str, version: int) -> Bundle:
        return self._load(name, version)

    def register(self, name: str, bundle: Bundle, run_id: str) -> ModelVersion:
        raise _elsewhere("register", name, bundle.digest, run_id)

    def versions(self, name: str) -> list[ModelVersion]:
        raise _elsewhere("list", name)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        raise _elsewhere("set an alias", name, alias, version)


def _says_that_there_is_none(refusal: Refused) -> bool:
    """Of no such model MLflow has a code; of no such alias, words."""
    return refusal.code == "RESOURCE_DOES_NOT_EXIST" or (
        refusal.code == "INVALID_PARAMETER_VALUE" and "alias" in refusal.message and "not found" in refusal.message
    )


def _elsewhere(*asked: object) -> StoreError:
    told = " ".join(map(str, asked))
    return StoreError(f"{told}: whoever follows an alias changes nothing in MLflow, and lists nothing")
