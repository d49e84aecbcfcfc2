"""Drift as Evidently's page."""

from evidently import Report
from evidently.metrics import DatasetMissingValueCount
from evidently.presets import DataDriftPreset

from adapters.evidently.datasets import CATEGORY_METHOD, NUMBER_METHOD, to_dataset, without_warnings
from delay_core.features import Columns
from delay_core.ports import drift_report_renderer as port


class DriftReportRenderer(port.DriftReportRenderer):
    """Distributions of each column in both samples, with Evidently's tests."""

    def render(self, reference: Columns, window: Columns) -> bytes:
        preset = DataDriftPreset(columns=list(reference), num_method=NUMBER_METHOD, cat_method=CATEGORY_METHOD)
        with without_warnings():
            report = Report([preset, DatasetMissingValueCount()])
            snapshot = report.run(current_data=to_dataset(window), reference_data=to_dataset(reference))
            html: str = snapshot.get_html_str(as_iframe=False)
        return html.encode()
