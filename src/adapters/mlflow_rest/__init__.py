"""An MLflow server's aliases over its REST interface, without MLflow's client, which takes 45 MB of memory."""

from adapters.mlflow_rest.credentials import client_only_variable
from adapters.mlflow_rest.model_catalog import ModelCatalog
from adapters.mlflow_rest.version_history import VersionHistory

__all__ = ["ModelCatalog", "VersionHistory", "client_only_variable"]
