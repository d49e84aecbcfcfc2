"""Predictions, outcomes, actions and the audit log in databases, with the outbox in front of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from entrypoints.container.databases import create_database, create_migrations, create_roles_script
from entrypoints.container.injector import containers, providers
from entrypoints.settings import Settings

if TYPE_CHECKING:
    from adapters.outbox import Outbox
    from adapters.sql import Database
    from delay_core.ports.action_log import ActionLog
    from delay_core.ports.audit_log import AuditLog
    from delay_core.ports.dead_letters import DeadLetters
    from delay_core.ports.outcome_log import OutcomeLog
    from delay_core.ports.prediction_log import PredictionLog
    from delay_core.ports.prediction_reader import PredictionReader
    from delay_core.ports.prediction_retention import PredictionRetention
    from delay_core.ports.reliability_reader import ReliabilityReader
    from delay_core.ports.worklist import Worklist


def create_outbox(
    local_folder: Path, max_rows: int, max_bytes: int, append_timeout: float, database: "Database"
) -> "Outbox":
    from adapters.outbox import Outbox
    from adapters.sql import ErasureLog

    path = local_folder / "serving-journal.db"
    return Outbox(path, max_rows, append_timeout, max_bytes, ErasureLog(database))


def forward_outbox(outbox: "Outbox", _: "Database") -> "Iterator[Outbox]":
    """Forward rows to the open database until the resource is shut down, before the database."""
    outbox.start()
    yield outbox
    outbox.close()


def create_prediction_log(outbox: "Outbox", database: "Database", append_timeout: float) -> "PredictionLog":
    """The API's: PostgreSQL ends an append that takes too long, SQLite may not."""
    from adapters.outbox import OutboxPredictionLog
    from adapters.sql import PredictionLog

    log = PredictionLog(database, append_timeout)
    return OutboxPredictionLog(outbox, log, append_times_out=not database.embedded)


def create_prediction_reader(outbox: "Outbox", database: "Database") -> "PredictionReader":
    from adapters.outbox import OutboxPredictionReader
    from adapters.sql import PredictionReader

    return OutboxPredictionReader(outbox, PredictionReader(database))


def create_reliability_reader(database: "Database") -> "ReliabilityReader":
    from adapters.sql import ReliabilityReader

    return ReliabilityReader(database)


def create_prediction_retention(outbox: "Outbox", database: "Database") -> "PredictionRetention":
    from adapters.outbox import OutboxPredictionRetention
    from adapters.sql import PredictionRetention

    return OutboxPredictionRetention(outbox, PredictionRetention(database))


def create_outcome_log(outbox: "Outbox", database: "Database") -> "OutcomeLog":
    from adapters.outbox import OutboxOutcomeLog
    from adapters.sql import OutcomeLog

    return OutboxOutcomeLog(outbox, OutcomeLog(database))


def create_action_log(outbox: "Outbox", database: "Database") -> "ActionLog":
    from adapters.outbox import OutboxActionLog
    from adapters.sql import ActionLog

    return OutboxActionLog(outbox, ActionLog(database))


def create_worklist(database: "Database") -> "Worklist":
    from adapters.sql import Worklist

    return Worklist(database)


def create_audit_log(outbox: "Outbox", database: "Database") -> "AuditLog":
    from adapters.outbox import OutboxAuditLog
    from adapters.sql import AuditLog

    return OutboxAuditLog(outbox, AuditLog(database))


def create_dead_letters(outbox: "Outbox", *_logs: object) -> "DeadLetters":
    """The logs have opened their channels, to which dead letters are delivered."""
    from adapters.outbox import DeadLetters

    return DeadLetters(outbox.file, outbox.channels)


class Logs(containers.DeclarativeContainer):
    """Each role has a connection of its own: services add and read, operators delete, owners change tables."""

    settings: providers.Dependency[Settings] = providers.Dependency(instance_of=Settings)

    migrations = providers.Singleton(create_migrations, settings.provided.owner_urls, settings.provided.database)
    roles_script = providers.Callable(create_roles_script)
    serving_database = providers.Singleton(
        create_database, settings.provided.serving_url, "serving", settings.provided.database
    )
    operator_database = providers.Singleton(
        create_database, settings.provided.operator_url, "serving", settings.provided.database
    )
    outbox = providers.Singleton(
        create_outbox,
        settings.provided.local_folder,
        settings.provided.outbox_rows,
        settings.provided.outbox_bytes,
        settings.provided.database.append_timeout_seconds,
        serving_database,
    )

    prediction_log = providers.Singleton(
        create_prediction_log, outbox, serving_database, settings.provided.database.append_timeout_seconds
    )
    prediction_reader = providers.Singleton(create_prediction_reader, outbox, serving_database)
    reliability_reader = providers.Singleton(create_reliability_reader, serving_database)
    outcome_log = providers.Singleton(create_outcome_log, outbox, serving_database)
    action_log = providers.Singleton(create_action_log, outbox, serving_database)
    worklist = providers.Singleton(create_worklist, serving_database)
    audit_log = providers.Singleton(create_audit_log, outbox, serving_database)
    dead_letters = providers.Singleton(create_dead_letters, outbox, prediction_log, outcome_log, action_log, audit_log)
    prediction_retention = providers.Singleton(create_prediction_retention, outbox, operator_database)
    retention_outcomes = providers.Singleton(create_outcome_log, outbox, operator_database)
    retention_actions = providers.Singleton(create_action_log, outbox, operator_database)
