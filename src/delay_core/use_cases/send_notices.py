"""Notify people of decisions that changed."""

from collections.abc import Callable
from datetime import datetime

from delay_core.errors import NotificationError
from delay_core.monitoring.notice import Notice
from delay_core.ports.monitoring_store import MonitoringStore
from delay_core.ports.notifier import Notifier


class SendNotices:
    """Each change once. What could not be sent stays pending: the next run sends it."""

    def __init__(self, store: MonitoringStore, notifier: Notifier, now: Callable[[], datetime]) -> None:
        self._store, self._notifier, self._now = store, notifier, now

    def __call__(self, model_name: str) -> int:
        """The number of notices sent, oldest first. Raises NotificationError for the first that is not accepted."""
        pending = self._store.pending_notices(model_name)
        for number, decision in enumerate(pending):
            try:
                self._notifier.notify(Notice(decision))
            except NotificationError as error:
                raise NotificationError(f"{error} (pending notices: {len(pending) - number})") from error
            self._store.mark_notified(decision, self._now())
        return len(pending)
