"""Training, step by step: the leak check, the search, the model card, the bundle."""

from delay_core.training.leak_check import check_leakage
from delay_core.training.model_card import model_card
from delay_core.training.search import TrainingRows, search

__all__ = ["TrainingRows", "check_leakage", "model_card", "search"]
