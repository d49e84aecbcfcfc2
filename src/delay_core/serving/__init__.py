"""Serving: a version that answers, and what it answers to requests that were put together."""

from delay_core.serving.answer import Answered, Asked, answer
from delay_core.serving.serving_model import ServingModel

__all__ = ["Answered", "Asked", "ServingModel", "answer"]
