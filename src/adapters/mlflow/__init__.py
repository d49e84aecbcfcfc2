"""Trainings, registered bundles and promotion decisions in MLflow: an embedded SQLite file, or a tracking server."""

from adapters.extras import extra

with extra("mlflow"):
    from adapters.mlflow.experiment_tracker import ExperimentTracker
    from adapters.mlflow.model_registry import ModelRegistry
    from adapters.mlflow.promotion_log import PromotionLog
    from adapters.mlflow.store import MlflowStore

__all__ = ["ExperimentTracker", "MlflowStore", "ModelRegistry", "PromotionLog"]
