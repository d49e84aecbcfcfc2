"""MLflow itself, imported without telemetry, progress bars, hints and logs of errors that it raises anyway."""

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
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",  # with the default of 7, an absent server is reported after four minutes
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",  # seconds of each attempt; 120 by default
}
for _name, _value in _SETTINGS.items():
    os.environ.setdefault(_name, _value)  # only MLflow reads these; a value of the user's own stays

with warnings.catch_warnings():
    # MLflow warns about the type hints of its own classes while it is imported.
    warnings.filterwarnings("ignore", message=r".*Any type hint is inferred", category=UserWarning)
    import mlflow
    import mlflow.artifacts
    import mlflow.pyfunc
    from mlflow.entities import Metric, Param, Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.exceptions import MlflowException
    from mlflow.tracking import MlflowClient

for _name in ("mlflow", "alembic", "urllib3.connectionpool"):
    # MLflow logs errors that it then raises; this product reports them once.
    logging.getLogger(_name).setLevel(logging.CRITICAL)

__all__ = ["Metric", "MlflowClient", "MlflowException", "ModelVersion", "Param", "Run", "mlflow"]
