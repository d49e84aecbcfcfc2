"""Conformal label sets: "late", "on time" or "cannot tell", with a promised share of sets that hold the outcome."""

from delay_core.conformal.label_sets import CANNOT_TELL, LATE, ON_TIME, SET_NAMES, LabelSets

__all__ = ["CANNOT_TELL", "LATE", "ON_TIME", "SET_NAMES", "LabelSets"]
