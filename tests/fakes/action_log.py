"""Actions in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from delay_core.ports import action_log as port
from delay_core.ports.action_log import Action, ActionKind
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
