"""A page with the names of the columns and the decision."""

from html import escape

from delay_core.monitoring.monitoring_page import MonitoringPage
from delay_core.ports import monitoring_page_renderer as port


class MonitoringPageRenderer(port.MonitoringPageRenderer):
    def render(self, page: MonitoringPage) -> bytes:
        newest = page.results[0]
        texts = [newest.decision.model_name, newest.decision.severity.value, *map(str, newest.decision.reasons)]
        if newest.drift is not None:
            for column in newest.drift.columns:
                texts += [column.column, *column.new_categories, f"{column.effect or 0:.3f}"]
        if newest.performance is not None and newest.performance.realized is not None:
            texts += map(str, newest.performance.realized.figures.values())
        frame = f'<iframe srcdoc="{escape(page.distributions.decode())}"></iframe>'
        return f"<html><body>{escape(' '.join(texts))}{frame}</body></html>".encode()
