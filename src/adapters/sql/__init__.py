"""Logs of predictions, outcomes, actions and audit entries, and the monitoring store.

In PostgreSQL, or in SQLite, the embedded dialect.
"""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.sql.action_log import ActionLog
    from adapters.sql.audit_log import AuditLog
    from adapters.sql.connection_options import ConnectionOptions
    from adapters.sql.database import Database
    from adapters.sql.erasures import ErasureLog
    from adapters.sql.monitoring_store import MonitoringStore
    from adapters.sql.outcome_log import OutcomeLog
    from adapters.sql.postgresql.roles import roles_script
    from adapters.sql.postgresql.token_command import TokenCommand
    from adapters.sql.prediction_log import PredictionLog
    from adapters.sql.prediction_reader import PredictionReader
    from adapters.sql.prediction_retention import PredictionRetention
    from adapters.sql.reliability_reader import ReliabilityReader
    from adapters.sql.worklist import Worklist

__all__ = [
    "ActionLog",
    "AuditLog",
    "ConnectionOptions",
    "Database",
    "ErasureLog",
    "MonitoringStore",
    "OutcomeLog",
    "PredictionLog",
    "PredictionReader",
    "PredictionRetention",
    "ReliabilityReader",
    "TokenCommand",
    "Worklist",
    "roles_script",
]
