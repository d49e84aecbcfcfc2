"""Prediction log, outcome log, audit log and monitoring store in PostgreSQL, or in SQLite, its embedded dialect."""

from adapters.extras import extra

with extra("serve"):
    from adapters.postgres.audit_log import AuditLog
    from adapters.postgres.database import Database
    from adapters.postgres.monitoring_store import MonitoringStore
    from adapters.postgres.outcome_log import OutcomeLog
    from adapters.postgres.prediction_log import PredictionLog

__all__ = ["AuditLog", "Database", "MonitoringStore", "OutcomeLog", "PredictionLog"]
