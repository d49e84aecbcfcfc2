"""An outbox on the local disk: it stores rows while a database is unavailable, and forwards them afterwards.

Each log of the API is wrapped by a decorator that writes through to the database, or enqueues its rows here.
"""

from adapters.outbox.dead_letters import DeadLetters
from adapters.outbox.outbox import Outbox
from adapters.outbox.prediction_decorators import (
    OutboxPredictionLog,
    OutboxPredictionReader,
    OutboxPredictionRetention,
)
from adapters.outbox.record_decorators import OutboxActionLog, OutboxAuditLog, OutboxOutcomeLog

__all__ = [
    "DeadLetters",
    "Outbox",
    "OutboxActionLog",
    "OutboxAuditLog",
    "OutboxOutcomeLog",
    "OutboxPredictionLog",
    "OutboxPredictionReader",
    "OutboxPredictionRetention",
]
