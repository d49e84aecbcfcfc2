"""Actions in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from delay_core.ports import action_log as port
from delay_core.ports.action_log import (
    MAX_PAGE_ACTIONS,
    Action,
    ActionFilter,
    ActionKind,
    ActionPage,
    check_previous,
    check_repetition,
)
from fakes.prediction_log import stored_text


class ActionLog(port.ActionLog):
    """Actions by id."""

    def __init__(self) -> None:
        self._actions: dict[UUID, Action] = {}
        self._erased_at: dict[str, datetime] = {}

    def append(self, batch: Sequence[Action]) -> None:
        for action in batch:
            stored = replace(
                action,
                shipment_id=stored_text(action.shipment_id),
                actor=stored_text(action.actor),
                reason=stored_text(action.reason),
                note=stored_text(action.note),
            )
            erased_at = self._erased_at.get(stored.shipment_id)
            if erased_at is None or action.at > erased_at:
                self._actions.setdefault(action.action_id, stored)

    def record(self, action: Action, previous_id: UUID | None) -> Action:
        recorded = self._actions.get(action.action_id)
        if recorded is not None:
            check_repetition(recorded, action, stored_text(action.shipment_id))
            return recorded
        history = self.history(action.shipment_id)
        newest = history[-1] if history else None
        check_previous(newest, previous_id)
        if newest is not None and newest.at >= action.at:
            action = replace(action, at=newest.at + timedelta(microseconds=1))
        self.append([action])
        return self._actions.get(action.action_id, action)

    def newest(self, shipment_ids: Collection[str]) -> Mapping[str, Action]:
        histories = {stored_text(one): self.history(one) for one in shipment_ids}
        return {shipment_id: history[-1] for shipment_id, history in histories.items() if history}

    def read_page(self, conditions: ActionFilter, limit: int = 100, cursor: str | None = None) -> ActionPage:
        if not 1 <= limit <= MAX_PAGE_ACTIONS:
            raise ValueError(f"limit {limit} is outside 1 to {MAX_PAGE_ACTIONS}")
        rows = sorted(self._actions.values(), key=lambda action: (action.at, action.action_id), reverse=True)
        cursors = [str(action.action_id) for action in rows]
        if cursor is not None and cursor not in cursors:
            raise ValueError(f"{cursor!r} is no cursor")
        start = 0 if cursor is None else cursors.index(cursor) + 1
        rows = [action for action in rows[start:] if _matches(action, conditions)]
        return ActionPage(tuple(rows[:limit]), str(rows[limit - 1].action_id) if len(rows) > limit else None)

    def history(self, shipment_id: str) -> list[Action]:
        actions = (action for action in self._actions.values() if action.shipment_id == stored_text(shipment_id))
        return sorted(actions, key=lambda action: (action.at, action.action_id))

    def acted_on(self, shipment_ids: Collection[str]) -> Mapping[str, datetime]:
        acted_at: dict[str, datetime] = {}
        for shipment_id in map(stored_text, shipment_ids):
            times = [action.at for action in self.history(shipment_id) if action.kind is ActionKind.ACTED]
            if times:
                acted_at[shipment_id] = min(times)
        return acted_at

    def erase(self, shipment_id: str) -> int:
        self._erased_at[stored_text(shipment_id)] = datetime.now(UTC)
        return self._delete(lambda action: action.shipment_id == stored_text(shipment_id))

    def drop_before(self, moment: datetime) -> int:
        return self._delete(lambda action: action.at < moment)

    def _delete(self, condition: Callable[[Action], bool]) -> int:
        deleted = [action.action_id for action in self._actions.values() if condition(action)]
        for action_id in deleted:
            del self._actions[action_id]
        return len(deleted)


def _matches(action: Action, conditions: ActionFilter) -> bool:
    return (
        conditions.shipment_id in (None, action.shipment_id)
        and conditions.kind in (None, action.kind)
        and (conditions.since is None or action.at >= conditions.since)
        and (conditions.until is None or action.at < conditions.until)
    )
