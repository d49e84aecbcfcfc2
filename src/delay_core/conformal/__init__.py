"""Conformal label sets: "late", "on time" or "cannot tell", with a promise how often what happens is among them."""

from delay_core.conformal.label_sets import CANNOT_TELL, LATE, ON_TIME, WORDS, LabelSets

__all__ = ["CANNOT_TELL", "LATE", "ON_TIME", "WORDS", "LabelSets"]
