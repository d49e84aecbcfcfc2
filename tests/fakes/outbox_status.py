"""The state of an outbox that a test sets."""

from delay_core.ports import outbox_status as port
from delay_core.ports.outbox_status import OutboxState

EMPTY = OutboxState(pending=0, dead_letters=0, limit=1_000, oldest=None, database_up=True, last_error=None)


class OutboxStatus(port.OutboxStatus):
    def __init__(self, state: OutboxState = EMPTY) -> None:
        self.current = state

    def state(self) -> OutboxState:
        return self.current
