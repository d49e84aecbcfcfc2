"""An MLflow server asked over its REST interface, without its client: 45 MB that a server of predictions is spared."""

from adapters.mlflow_rest.model_registry import ModelRegistry

__all__ = ["ModelRegistry"]
