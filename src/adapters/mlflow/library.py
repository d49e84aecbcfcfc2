"""MLflow itself, imported without its noise: no telemetry, no progress bars, no advice; what matters is raised."""

import logging
import os
import warnings

_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",  # a background thread that reports usage over the network
    "MLFLOW_DISABLE_AGENT_HINT": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_PRINT_MODEL_URLS_ON_CREATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_UV_AUTO_DETECT": "false",  # would copy the current folder's pyproject.toml into every model
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",  # the default of 7 hides an absent server for four minutes
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",  # of each try; 120 by default
}
for _name, _value in _SETTINGS.items():
    os.environ.setdefault(_name, _value)  # MLflow reads these alone; whoever set them otherwise meant it

with warnings.catch_warnings():
    # MLflow warns about type hints of classes of its own while it is imported.
    warnings.filterwarnings("ignore", message=r".*Any type hint is inferred", category=UserWarning)
    import mlflow
    import mlflow.artifacts
    import mlflow.pyfunc
    from mlflow.entities import Metric, Param, Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

for _name in ("mlflow", "alembic", "urllib3.connectionpool"):
    # It logs what it then raises; this product tells people once, in its own words.
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = ["Metric", "MlflowClient", "MlflowException", "ModelVersion", "Param", "Run", "mlflow"]
