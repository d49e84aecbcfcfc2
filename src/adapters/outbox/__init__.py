"""A journal on the local disk that takes over while a database is away, and gives back what it took when it returns."""

from adapters.outbox.audit_log import AuditLog
from adapters.outbox.journal import Journal
from adapters.outbox.outcome_log import OutcomeLog
from adapters.outbox.prediction_log import PredictionLog

__all__ = ["AuditLog", "Journal", "OutcomeLog", "PredictionLog"]
