"""The adapters of the logs: databases, and the outbox that takes rows while a database is unavailable."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from entrypoints.container.makers import here

if TYPE_CHECKING:
    from adapters.outbox import Outbox
    from adapters.sql import Database
    from adapters.sql.migrations import Kind
    from delay_core.ports.audit_log import AuditLog
    from delay_core.ports.outcome_log import OutcomeLog
    from delay_core.ports.prediction_log import PredictionLog
    from delay_core.ports.prediction_reader import PredictionReader
    from delay_core.ports.prediction_retention import PredictionRetention
    from entrypoints.settings import Settings


def _database(settings: "Settings", kind: "Kind", *urls: str | None) -> "Database":
    """The first URL that is set, or the embedded database of this kind."""
    from adapters.sql import Database

    embedded = here(settings).absolute() / f"{kind}.db"
    return Database(next(filter(None, urls), f"sqlite:///{embedded}"), kind)


def make_owned_databases(settings: "Settings") -> "Mapping[str, Database]":
    return {
        "serving": _database(settings, "serving", settings.serving_owner_db, settings.serving_db),
        "monitoring": _database(settings, "monitoring", settings.monitoring_owner_db, settings.monitoring_db),
    }


def make_operators(settings: "Settings") -> "Database":
    return _database(settings, "serving", settings.operator_db, settings.serving_db)


def make_serving(settings: "Settings") -> "Database":
    return _database(settings, "serving", settings.serving_db)


def make_outbox(settings: "Settings") -> "Outbox":
    from adapters.outbox import Outbox

    return Outbox(here(settings).absolute() / "serving-journal.db", settings.journal_rows, DATABASE_DEADLINE_SECONDS)


DATABASE_DEADLINE_SECONDS = 0.5
"""The longest that the API waits for its database before the outbox takes the rows."""


def make_prediction_log(outbox: "Outbox", database: "Database") -> "PredictionLog":
    """The log of the API. Only PostgreSQL's `append` has a timeout of its own."""
    from adapters.outbox import OutboxPredictionLog
    from adapters.sql import PredictionLog

    inner = PredictionLog(database, DATABASE_DEADLINE_SECONDS)
    return OutboxPredictionLog(outbox, inner, append_times_out=not database.embedded)


def make_prediction_reader(outbox: "Outbox", database: "Database") -> "PredictionReader":
    from adapters.outbox import OutboxPredictionReader
    from adapters.sql import PredictionReader

    return OutboxPredictionReader(outbox, PredictionReader(database))


def make_prediction_retention(outbox: "Outbox", database: "Database") -> "PredictionRetention":
    from adapters.outbox import OutboxPredictionRetention
    from adapters.sql import PredictionRetention

    return OutboxPredictionRetention(outbox, PredictionRetention(database))


def make_outcome_log(outbox: "Outbox", database: "Database") -> "OutcomeLog":
    from adapters.outbox import OutboxOutcomeLog
    from adapters.sql import OutcomeLog

    return OutboxOutcomeLog(outbox, OutcomeLog(database))


def make_audit_log(outbox: "Outbox", database: "Database") -> "AuditLog":
    from adapters.outbox import OutboxAuditLog
    from adapters.sql import AuditLog

    return OutboxAuditLog(outbox, AuditLog(database))
