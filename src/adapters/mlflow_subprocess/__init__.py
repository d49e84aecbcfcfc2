"""Rare work on an MLflow server, done in a child process that takes MLflow's client and its 45 MB with it at its end."""

from adapters.mlflow_subprocess.client import MlflowSubprocess
from adapters.mlflow_subprocess.serving_promotions import ServingPromotions

__all__ = ["MlflowSubprocess", "ServingPromotions"]
