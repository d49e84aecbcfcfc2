"""Telling people that a decision of monitoring changed."""

from typing import Protocol

from delay_core.monitoring.notice import Notice


class Notifier(Protocol):
    """Raises NotificationError if it is not known that the notice arrived.

    The same notice can then be sent again: receivers recognize it by its id.
    """

    def notify(self, notice: Notice) -> None:
        """Return when the receiver has accepted the notice."""
        ...
