"""Serving: a loaded version, and its predictions for requests that are answered together."""

from delay_core.serving.batch_prediction import PredictionRequest, PredictionResponse, predict_batch
from delay_core.serving.serving_model import ServingModel

__all__ = ["PredictionRequest", "PredictionResponse", "ServingModel", "predict_batch"]
