"""Notices in the log of the process; for people who read it, and where no webhook is set."""

import logging

from delay_core.monitoring.notice import Notice
from delay_core.monitoring.policy import PAGED
from delay_core.ports import notifier as port

_LOG = logging.getLogger("delay.monitoring")


class Notifier(port.Notifier):
    """Warns when people have to do something, and informs otherwise."""

    def notify(self, notice: Notice) -> None:
        is_page = notice.decision.severity in PAGED
        _LOG.log(logging.WARNING if is_page else logging.INFO, "%s (notice %s)", notice.text, notice.id)
