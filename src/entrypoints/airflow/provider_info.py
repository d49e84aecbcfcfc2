"""What Airflow reads of the provider when it starts: its modules, its connection type and the form of it.

Airflow reads it while its own configuration is being read: nothing of Airflow may be imported here.
"""

from typing import Any

from entrypoints.airflow.connection_type import CONNECTION_TYPE

_TEXT, _SECRET = {"type": ["string", "null"]}, {"type": ["string", "null"], "format": "password"}
_NUMBER = {"type": ["integer", "null"]}

_FIELDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "data": ("Data", "Folder, or file:// or s3:// URL, of the output of all steps.", _TEXT),
    "local_dir": ("Local folder", "Folder of the worker for caches, if the data is elsewhere.", _TEXT),
    "mlflow_tracking_uri": ("MLflow", "URL of MLflow's tracking and registry.", _SECRET),
    "serving_db": ("Serving database", "URL of the database of predictions and outcomes.", _SECRET),
    "monitoring_db": ("Monitoring database", "URL of the database of monitoring.", _SECRET),
    "model_name": ("Model name", "By default the schema's name with _delay.", _TEXT),
    "model_alias": ("Model alias", "Alias of the version that serves; by default production.", _TEXT),
    "trials": ("Trials", "Maximum number of parameter sets in a search.", _NUMBER),
    "training_workers": ("Training workers", "Models that are trained at the same time.", _NUMBER),
    "seed": ("Seed", "Seed of everything random in training.", _NUMBER),
}
"""The label, the help and the JSON schema of each extra in the form; other settings can be written as JSON."""

_PACKAGE = "entrypoints.airflow"
_NAME = "delay-core"


def get_provider_info() -> dict[str, Any]:
    """The provider as `provider_info.schema.json` of Airflow describes it."""
    return {
        "package-name": _NAME,
        "name": _NAME,
        "description": "Delay prediction: ingest, train, promote, score and monitor, as operators.",
        "integrations": [{"integration-name": _NAME, "tags": ["software"]}],
        "operators": [_modules("operators.tables", "operators.models", "operators.logs")],
        "sensors": [_modules("sensors")],
        "hooks": [_modules("hooks")],
        "triggers": [_modules("triggers")],
        "extra-links": [
            f"{_PACKAGE}.links.{name}" for name in ("TrainingRunLink", "DecisionLink", "MonitoringReportLink")
        ],
        "connection-types": [
            {
                "connection-type": CONNECTION_TYPE,
                "hook-class-name": f"{_PACKAGE}.hooks.DelayCoreHook",
                "hook-name": _NAME,
                "conn-fields": {
                    name: {"label": label, "description": description, "schema": schema}
                    for name, (label, description, schema) in _FIELDS.items()
                },
                "ui-field-behaviour": {"hidden-fields": ["host", "port", "schema", "login", "password"]},
            }
        ],
    }


def _modules(*names: str) -> dict[str, Any]:
    return {"integration-name": _NAME, "python-modules": [f"{_PACKAGE}.{name}" for name in names]}
