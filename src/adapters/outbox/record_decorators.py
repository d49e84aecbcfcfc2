"""The logs of single records with an outbox: outcomes, actions, audit entries.

Each adds to its inner log, or to the outbox while the database is unavailable.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.outbox.channel import Deliver, Delivered
from adapters.outbox.outbox import Outbox
from adapters.outbox.rows import ACTIONS, AUDIT, OUTCOMES
from adapters.outbox.serialization import encode_action, encode_audit_entry, encode_outcome
from delay_core.ports.action_log import Action, ActionFilter, ActionLog, ActionPage
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.outcome_log import Outcome, OutcomeLog, PredictionWithOutcome


def _deliver_by(append: Callable[[Sequence[Any]], None]) -> Deliver:
    def deliver(records: Sequence[Any]) -> Delivered:
        append(records)
        return Delivered()

    return deliver


class OutboxOutcomeLog(OutcomeLog):
    """Adds to the inner log or to the outbox, and deletes in both. Reads the inner log alone."""

    def __init__(self, outbox: Outbox, inner: OutcomeLog) -> None:
        self._outbox = outbox
        self._inner = inner
        self._channel = outbox.open_channel(OUTCOMES, _deliver_by(inner.append))

    def append(self, batch: Sequence[Outcome]) -> None:
        if batch:
            rows = [encode_outcome(outcome) for outcome in batch]
            self._channel.write_through(
                lambda: self._inner.append(batch), lambda store: self._channel.enqueue(store, rows)
            )

    def history(self, shipment_id: str) -> list[Outcome]:
        return self._inner.history(shipment_id)

    def histories(self, shipment_ids: Collection[str], until: datetime) -> Mapping[str, Sequence[Outcome]]:
        return self._inner.histories(shipment_ids, until)

    def join_predictions(
        self, since: datetime, until: datetime, model_name: str | None = None
    ) -> Iterator[Sequence[PredictionWithOutcome]]:
        return self._inner.join_predictions(since, until, model_name)

    def erase(self, shipment_id: str) -> int:
        return self._outbox.erase(OUTCOMES, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._outbox.drop_before(OUTCOMES, moment, self._inner.drop_before)


class OutboxActionLog(ActionLog):
    """Adds to the inner log or to the outbox, and deletes in both. Reads the inner log alone.

    What has to know the newest action on a shipment, `record`, needs the database: it raises StoreError without it.
    """

    def __init__(self, outbox: Outbox, inner: ActionLog) -> None:
        self._outbox = outbox
        self._inner = inner
        self._channel = outbox.open_channel(ACTIONS, _deliver_by(inner.append))

    def append(self, batch: Sequence[Action]) -> None:
        if batch:
            rows = [encode_action(action) for action in batch]
            self._channel.write_through(
                lambda: self._inner.append(batch), lambda store: self._channel.enqueue(store, rows)
            )

    def record(self, action: Action, previous_id: UUID | None) -> Action:
        return self._inner.record(action, previous_id)

    def newest(self, shipment_ids: Collection[str]) -> Mapping[str, Action]:
        return self._inner.newest(shipment_ids)

    def read_page(self, conditions: ActionFilter, limit: int = 100, cursor: str | None = None) -> ActionPage:
        return self._inner.read_page(conditions, limit, cursor)

    def history(self, shipment_id: str) -> list[Action]:
        return self._inner.history(shipment_id)

    def acted_on(self, shipment_ids: Collection[str]) -> Mapping[str, datetime]:
        return self._inner.acted_on(shipment_ids)

    def erase(self, shipment_id: str) -> int:
        return self._outbox.erase(ACTIONS, shipment_id, self._inner.erase)

    def drop_before(self, moment: datetime) -> int:
        return self._outbox.drop_before(ACTIONS, moment, self._inner.drop_before)


class OutboxAuditLog(AuditLog):
    """Adds to the inner log or to the outbox. Reads the inner log alone."""

    def __init__(self, outbox: Outbox, inner: AuditLog) -> None:
        self._inner = inner
        self._channel = outbox.open_channel(AUDIT, _deliver_by(inner.append))

    def append(self, batch: Sequence[AuditEntry]) -> None:
        if batch:
            rows = [encode_audit_entry(entry) for entry in batch]
            self._channel.write_through(
                lambda: self._inner.append(batch), lambda store: self._channel.enqueue(store, rows)
            )

    def newest(self, limit: int = 100) -> list[AuditEntry]:
        return self._inner.newest(limit)
