"""The monitoring of a version as a page for a browser."""

from typing import Protocol

from delay_core.monitoring.monitoring_page import MonitoringPage


class MonitoringPageRenderer(Protocol):
    """Renders one file that needs no network."""

    def render(self, page: MonitoringPage) -> bytes:
        """HTML in UTF-8: the decision, performance, drift of each column, and below them the distributions.

        All names and values are text, whatever they contain. A window without drift or performance has none.
        """
        ...
