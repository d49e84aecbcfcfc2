"""What planners decide by: the order of shipments in the worklist, and what acting on the first ones saves."""

from delay_core.planning.ranking import Ranking, WorklistModel
from delay_core.planning.savings import SavingInterval, saving_interval, savings_of_acting

__all__ = ["Ranking", "SavingInterval", "WorklistModel", "saving_interval", "savings_of_acting"]
