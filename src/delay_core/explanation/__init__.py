"""Explanations for people: by how many points each column of a shipment moved its probability, and what it held."""

from delay_core.explanation.points import Explained, explain, importances
from delay_core.explanation.reasons import Reason, reasons, words
from delay_core.explanation.values import axes_of, values_of

__all__ = ["Explained", "Reason", "axes_of", "explain", "importances", "reasons", "values_of", "words"]
