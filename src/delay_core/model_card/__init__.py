"""The model card: what the reader of a bundle must know, as Markdown, from what was measured."""

from delay_core.model_card.card import model_card
from delay_core.model_card.recalibration import add_recalibration

__all__ = ["add_recalibration", "model_card"]
