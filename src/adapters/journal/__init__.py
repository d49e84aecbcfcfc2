"""A journal on the local disk that takes over while a database is away, and gives back what it took when it returns."""

from adapters.journal.audit_log import AuditLog
from adapters.journal.journal import Journal, JournalState
from adapters.journal.outcome_log import OutcomeLog
from adapters.journal.prediction_log import PredictionLog

__all__ = ["AuditLog", "Journal", "JournalState", "OutcomeLog", "PredictionLog"]
