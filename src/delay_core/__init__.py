"""Predict which shipments will be late: schemas, validation, features and predictions, free of any framework."""

from delay_core.answers import Prediction
from delay_core.bundle import Bundle
from delay_core.features import FeatureEncoder
from delay_core.predictor import Predictor
from delay_core.schema import ShipmentSchema
from delay_core.schemas import built_in_names, load_schema, parse_schema

__all__ = [
    "Bundle",
    "FeatureEncoder",
    "Prediction",
    "Predictor",
    "ShipmentSchema",
    "built_in_names",
    "load_schema",
    "parse_schema",
]
