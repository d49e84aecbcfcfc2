"""Trainings, registered bundles and promotion decisions in MLflow: an embedded SQLite file or a tracking server."""

from adapters.shared.optional_dependencies import require_library

require_library("mlflow", "mlflow")

from adapters.mlflow.connection import MlflowConnection  # noqa: E402
from adapters.mlflow.experiment_tracker import ExperimentTracker  # noqa: E402 - MLflow itself is imported when it writes
from adapters.mlflow.model_registry import ModelRegistry  # noqa: E402
from adapters.mlflow.promotion_log import PromotionLog  # noqa: E402

__all__ = ["ExperimentTracker", "MlflowConnection", "ModelRegistry", "PromotionLog"]
