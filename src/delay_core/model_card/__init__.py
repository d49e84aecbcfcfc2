"""The model card: what the reader of a bundle must know, as Markdown, from what was measured."""

from delay_core.model_card.card import model_card

__all__ = ["model_card"]
