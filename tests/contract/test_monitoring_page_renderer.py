"""Every MonitoringPageRenderer: one file with decision, performance and drift, in which every name is text."""

from dataclasses import replace

import pytest

from delay_core.evaluation import Estimate
from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift import DriftPolicy
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.monitoring_page import MonitoringPage
from delay_core.monitoring.performance_result import PerformanceFigures
from delay_core.monitoring.policy import MonitoringPolicy
from fakes import monitoring_page_renderer as fake
from support.lazy_module import LazyModule
from support.monitoring_results import MONDAY, drift_result, performance_result, window_result
from support.parsed_page import ParsedPage

html = LazyModule("adapters.html")
EVIL = "<script>alert(1)</script>"
DISTRIBUTIONS = b'<html><body><script>draw("&")</script></body></html>'
FIGURES = PerformanceFigures(900, 300, {"late_rate": Estimate(value=0.321, low=0.301, high=0.341)})


@pytest.fixture(params=["fake", "html"])
def render(request):
    renderer = fake.MonitoringPageRenderer() if request.param == "fake" else html.MonitoringPageRenderer()

    def parsed(*results):
        return ParsedPage(renderer.render(MonitoringPage(results, MonitoringPolicy(), DriftPolicy(), DISTRIBUTIONS)))

    return parsed


def paged(**fields):
    reason = DecisionReason(ReasonCode.COLUMNS_DRIFTED, {"columns": [EVIL], "windows": 3})
    return window_result(severity=Severity.RETRAIN, reasons=(reason,), model_name=EVIL, **fields)


def test_page__has_decision_drift_and_performance(render):
    result = paged(
        drift=drift_result(effects=(0.512, 0.1)), performance=replace(performance_result(), realized=FIGURES)
    )

    text = render(result).text

    for expected in ("retrain", *map(str, result.decision.reasons), "C0", "0.512", "Ä", "0.321 [0.301, 0.341]"):
        assert expected in text


def test_page__shows_the_distributions_unchanged_in_a_frame(render):
    [frame] = render(window_result()).all("iframe")

    assert frame["srcdoc"].encode() == DISTRIBUTIONS


def test_page__names_and_categories_are_text(render):
    column = ColumnDrift(EVIL, ColumnStatus.DRIFTED, 900, EVIL, 0.5, new_category_share=0.1, new_categories=(EVIL,))
    drift = DriftResult(900, (column,), ColumnDrift("p", ColumnStatus.STABLE, 900), 1.0, 0.0)

    page = render(paged(drift=drift, performance=performance_result()))

    assert page.all("script") == []
    assert page.text.count(EVIL) >= 3


def test_page__loads_nothing(render):
    page = render(window_result(drift=drift_result(), performance=performance_result()))

    assert not [(tag, attrs) for tag, attrs in page.tags if {"src", "action", "background"} & set(attrs)]
    assert all(attrs.get("href", "#").startswith("#") for _, attrs in page.tags)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"drift": DriftResult(30, (), ColumnDrift("p", ColumnStatus.NOT_ENOUGH_DATA, 30), None, None)},
        {"performance": replace(performance_result(), realized=None, naive=None, estimated=None)},
    ],
    ids=["nothing measured", "not enough data", "no outcome"],
)
def test_page__of_a_window_without_results_is_a_page(render, fields):
    assert "none" in render(window_result(**fields)).text


def test_html_page__draws_realized_and_valid_estimated_late_rates():
    measured = replace(performance_result(), realized=FIGURES, estimated=FIGURES, not_estimated=None)
    results = [window_result(MONDAY.replace(day=day), performance=measured) for day in (31, 30)]
    refuted = [replace(one, performance=replace(measured, not_estimated="refuted")) for one in results]
    renderer = html.MonitoringPageRenderer()

    def lines(results):
        content = MonitoringPage(results, MonitoringPolicy(), DriftPolicy(), DISTRIBUTIONS)
        return [attrs["class"] for attrs in ParsedPage(renderer.render(content)).all("g")]

    assert lines(results) == ["estimated", "realized"]
    assert lines(refuted) == ["realized"]
