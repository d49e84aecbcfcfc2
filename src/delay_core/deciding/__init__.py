"""Deciding: what to do about a probability, given what mistakes cost, and what deciding so would have saved."""

from delay_core.deciding.decide import ActionDecisions, decide
from delay_core.deciding.savings import savings

__all__ = ["ActionDecisions", "decide", "savings"]
