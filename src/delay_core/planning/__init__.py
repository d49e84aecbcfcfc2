"""What planners decide by: the serving model's view of open shipments, and what acting on the first ones saves."""

from delay_core.planning.savings import SavingInterval, saving_interval, savings_of_acting
from delay_core.planning.worklist_model import WorklistModel

__all__ = ["SavingInterval", "WorklistModel", "saving_interval", "savings_of_acting"]
