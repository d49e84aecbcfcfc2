"""The page on drift shows the newest window with predictions."""

import pytest

from delay_core.errors import NoSuchModel
from delay_core.monitoring.drift import DriftPolicy
from delay_core.monitoring.policy import MonitoringPolicy
from delay_core.use_cases.report_drift import ReportDrift
from fakes.drift_report_renderer import DriftReportRenderer
from fakes.monitoring_page_renderer import MonitoringPageRenderer
from support.monitored_model import DAY, FIRST_DAY, NAME, MonitoredModel


@pytest.fixture
def model():
    return MonitoredModel()


def report(model):
    report_drift = ReportDrift(
        model.reader,
        model.registry,
        model.store,
        DriftReportRenderer,
        MonitoringPageRenderer(),
        MonitoringPolicy(),
        DriftPolicy(),
    )
    return report_drift(NAME)


def test_report__shows_the_newest_window_with_predictions(model):
    model.serve(0, rows=5)
    model.serve(1, rows=5)
    model.run(6)

    result = report(model)

    assert (result.model_version, result.window.start) == (1, FIRST_DAY + DAY)
    assert b"Temperature" in result.page


def test_report__without_a_monitored_window_says_what_to_do(model):
    with pytest.raises(NoSuchModel, match="run monitoring first: delay monitor run"):
        report(model)


def test_report__of_predictions_that_were_deleted_says_so(model):
    model.serve(0, rows=5)
    model.run(1)
    model.log.predictions.clear()

    with pytest.raises(NoSuchModel, match="its predictions are not in the log any more"):
        report(model)
