"""The versions and decisions of a model of an MLflow server, for a process without MLflow's client."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from adapters.mlflow_rest.model_catalog import to_model_version
from adapters.mlflow_rest.rest_client import MlflowApiError, get, post
from adapters.shared.decision_tags import NUMBER_TAG, decisions_experiment, read_record
from delay_core.errors import StoreError
from delay_core.ports import version_history as port
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.promotion_log import RecordedDecision

_FINISHED = "FINISHED"


class VersionHistory(port.VersionHistory):
    """One request for versions, two for decisions."""

    def __init__(self, tracking_uri: str, environment: Mapping[str, str]) -> None:
        """`environment` holds the `MLFLOW_TRACKING_*` variables."""
        self._base = f"{tracking_uri.rstrip('/')}/api/2.0/mlflow"
        self._environment = environment

    def versions(self, name: str, limit: int) -> list[ModelVersion]:
        if "'" in name:
            raise StoreError(f"{name!r}: MLflow cannot search for an apostrophe; use another name")
        query = urlencode({"filter": f"name='{name}'", "max_results": limit, "order_by": "version_number DESC"})
        content = self._content(lambda: get(f"{self._base}/model-versions/search?{query}", self._environment))
        try:
            return [to_model_version(version) for version in content.get("model_versions", ())]
        except (KeyError, TypeError, ValueError) as error:
            raise _no_mlflow() from error

    def decisions(self, name: str, limit: int) -> list[RecordedDecision]:
        query = urlencode({"experiment_name": decisions_experiment(name)})
        experiment = self._content(lambda: get(f"{self._base}/experiments/get-by-name?{query}", self._environment))
        if not experiment:
            return []
        try:
            search = {
                "experiment_ids": [experiment["experiment"]["experiment_id"]],
                "filter": f"tags.`{NUMBER_TAG}` != ''",
                "max_results": limit,
                "order_by": ["attributes.start_time DESC"],
            }
            content = self._content(lambda: post(f"{self._base}/runs/search", search, self._environment))
            finished = [run for run in content.get("runs", ()) if run["info"]["status"] == _FINISHED]
            runs = [(run["info"]["run_id"], int(run["info"]["start_time"]), _tags(run["data"])) for run in finished]
            runs.sort(key=lambda run: int(run[2][NUMBER_TAG]), reverse=True)
        except (KeyError, TypeError, ValueError) as error:
            raise _no_mlflow() from error
        return [read_record(*run) for run in runs]

    def _content(self, request: Any) -> dict[str, Any]:
        """The JSON of the response; empty if MLflow has nothing of this name."""
        try:
            content = json.loads(request())
        except MlflowApiError as error:
            if error.code == "RESOURCE_DOES_NOT_EXIST":
                return {}
            refusal = "MLflow refuses to read the history of the model"
            raise StoreError(f"{refusal}: {error}", public=f"{refusal}: {error.code}") from None
        except ValueError as error:
            raise _no_mlflow() from error
        if not isinstance(content, dict):
            raise _no_mlflow()
        return content


def _tags(data: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in data.get("tags", ())}


def _no_mlflow() -> StoreError:
    return StoreError("the server at MLflow's tracking URI is no MLflow server")
