"""Rare work on an MLflow server, in a child process whose end frees the 45 MB of MLflow's client."""

from adapters.mlflow_subprocess.client import MlflowSubprocess
from adapters.mlflow_subprocess.serving_promotions import ServingPromotions

__all__ = ["MlflowSubprocess", "ServingPromotions"]
