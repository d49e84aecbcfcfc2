"""Which adapter stands behind the logs: databases, and the journal before them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from entrypoints.container.makers import here

if TYPE_CHECKING:
    from adapters.outbox import Journal
    from adapters.sql import Database
    from adapters.sql.migrations import Kind
    from delay_core.ports import audit_log, outcome_log, prediction_log
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


def make_predictions(database: "Database") -> "prediction_log.PredictionLog":
    from adapters.sql import PredictionLog

    return PredictionLog(database)


def make_outcomes(database: "Database") -> "outcome_log.OutcomeLog":
    from adapters.sql import OutcomeLog

    return OutcomeLog(database)


def make_audit(database: "Database") -> "audit_log.AuditLog":
    from adapters.sql import AuditLog

    return AuditLog(database)


def make_serving(settings: "Settings") -> "Database":
    return _database(settings, "serving", settings.serving_db)


def make_journal(settings: "Settings") -> "Journal":
    from adapters.outbox import Journal

    return Journal(here(settings).absolute() / "serving-journal.db", settings.journal_rows, PATIENCE)


PATIENCE = 0.5
"""Seconds that the API waits for its database before the journal takes over."""


def make_served_predictions(journal: "Journal", database: "Database") -> "prediction_log.PredictionLog":
    """The log of the API: of PostgreSQL it is certain that an append gives up by itself."""
    from adapters.outbox import PredictionLog
    from adapters.sql import PredictionLog as Stored

    return PredictionLog(journal, Stored(database, PATIENCE), gives_up=not database.embedded)


def make_journaled_predictions(
    journal: "Journal", inner: "prediction_log.PredictionLog"
) -> "prediction_log.PredictionLog":
    from adapters.outbox import PredictionLog

    return PredictionLog(journal, inner)


def make_journaled_outcomes(journal: "Journal", inner: "outcome_log.OutcomeLog") -> "outcome_log.OutcomeLog":
    from adapters.outbox import OutcomeLog

    return OutcomeLog(journal, inner)


def make_journaled_audit(journal: "Journal", inner: "audit_log.AuditLog") -> "audit_log.AuditLog":
    from adapters.outbox import AuditLog

    return AuditLog(journal, inner)
