"""Predict which shipments will be late: schemas, validation, features and predictions, free of any framework.

Importing the package loads nothing else. Each name loads its module when it is first used, and pandas with it where
that module works on tables.
"""

from typing import TYPE_CHECKING

from delay_core.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from delay_core.bundle import Bundle
    from delay_core.features import FeatureEncoder
    from delay_core.prediction import Prediction
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

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "Bundle": "bundle",
        "FeatureEncoder": "features",
        "Prediction": "prediction",
        "Predictor": "predictor",
        "ShipmentSchema": "schema",
        "built_in_names": "schemas",
        "load_schema": "schemas",
        "parse_schema": "schemas",
    },
)
