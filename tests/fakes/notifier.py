"""Notices in memory."""

from delay_core.errors import NotificationError
from delay_core.monitoring.notice import Notice
from delay_core.ports import notifier as port


class Notifier(port.Notifier):
    """What arrived, in order. While `failure` is set, nothing arrives, and it is the message of the error."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self.failure: str | None = None

    def notify(self, notice: Notice) -> None:
        if self.failure is not None:
            raise NotificationError(self.failure)
        self.notices.append(notice)
