"""Explanations for people: how many points each column adds to a shipment's probability, and the column's value."""

from delay_core.explanation.attribution import PointAttributions, explain, importances
from delay_core.explanation.reasons import Reason, format_reason, reasons
from delay_core.explanation.source_values import dependence_axes, source_values

__all__ = [
    "PointAttributions",
    "Reason",
    "dependence_axes",
    "explain",
    "format_reason",
    "importances",
    "reasons",
    "source_values",
]
