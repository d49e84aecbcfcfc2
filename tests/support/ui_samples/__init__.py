"""Responses of the API for tests of the user interface: small, complete, of a made-up schema."""

from support.ui_samples.logged_predictions import logged_prediction, predictions, what_if, what_if_state
from support.ui_samples.monitoring_windows import monitoring, monitoring_window
from support.ui_samples.reliability_weeks import bands, reliability
from support.ui_samples.serving_model import health, metadata, models
from support.ui_samples.shared_values import DIGEST, NOW, prediction_id
from support.ui_samples.shipment_schema import field, parcels
from support.ui_samples.worklists import action, reasons, worklist, worklist_item

__all__ = [
    "DIGEST",
    "NOW",
    "action",
    "bands",
    "field",
    "health",
    "logged_prediction",
    "metadata",
    "models",
    "monitoring",
    "monitoring_window",
    "parcels",
    "prediction_id",
    "predictions",
    "reasons",
    "reliability",
    "what_if",
    "what_if_state",
    "worklist",
    "worklist_item",
]
