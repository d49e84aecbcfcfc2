"""The model card: what a bundle's reader must know, as Markdown, from what was measured."""

from delay_core.model_card.card import model_card
from delay_core.model_card.facts import ModelCardInputs

__all__ = ["ModelCardInputs", "model_card"]
