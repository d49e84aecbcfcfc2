"""The code of docs/extending.md works as the page says."""

import numpy as np
import pytest
from rich.console import Console

from delay_core.evaluation import METRICS, MetricEstimates, RankedRows, compare
from delay_core.model_card.markdown import metrics_table
from delay_core.promotion import RULES, decide_promotion, run_checks
from entrypoints.cli.views.decisions import checks_table
from entrypoints.cli.views.training import estimates_table
from support.extending_page import run_code_of
from support.gate_cases import Shipments, gate_inputs


def printed(table):
    console = Console(width=200)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


@pytest.fixture(scope="module")
def shipments():
    return Shipments(600)


def test_a_metric__has_a_value_an_interval_and_a_column_in_every_table(shipments):
    metric = run_code_of("A metric")["BALANCED_ACCURACY"]
    labels, truth = shipments.labels, shipments.truth
    metrics = (*METRICS, metric)

    compared = compare(labels, {"model": truth, "rate": shipments.rate}, 1, metrics=metrics)

    estimates = compared.estimates["model"]
    estimate = estimates["balanced_accuracy"]
    expected = (np.mean(truth[labels == 1] >= 0.5) + np.mean(truth[labels == 0] < 0.5)) / 2
    assert estimate.value == pytest.approx(expected, abs=1e-6)
    assert estimate.low < estimate.value < estimate.high
    assert compared.estimates["rate"]["balanced_accuracy"].value == 0.5
    assert compared.gain("model", "rate", metric).low > 0
    assert [estimates[metric.name] for metric in METRICS] == list(
        compare(labels, {"model": truth}, 1).estimates["model"].cells()
    )
    assert {"test.balanced_accuracy", "test.balanced_accuracy.low"} <= set(estimates.flatten("test"))
    assert MetricEstimates.model_validate_json(estimates.model_dump_json()) == estimates
    markdown = metrics_table({"model": estimates}, metrics).splitlines()
    assert markdown[0] == "| model | ROC-AUC | PR-AUC | Brier | log-loss | ECE | balanced accuracy |"
    assert markdown[2].endswith(f"| {estimate} |")
    terminal = printed(estimates_table("Test", {"model": estimates}, "model", metrics))
    assert "balanced accuracy" in terminal
    assert f"{estimate.value:.3f}" in terminal


def test_a_metric__that_a_stored_report_lacks_is_a_dash_in_every_table(shipments):
    metric = run_code_of("A metric")["BALANCED_ACCURACY"]
    stored = compare(shipments.labels, {"model": shipments.truth}, 1).estimates

    assert metrics_table(stored, (*METRICS, metric)).endswith("| – |")
    assert "–" in printed(estimates_table("Test", stored, "model", (*METRICS, metric)))


def test_a_metric__of_a_resample_is_that_of_the_repeated_rows(shipments):
    metric = run_code_of("A metric")["BALANCED_ACCURACY"]
    labels, truth = shipments.labels, shipments.truth
    counts = np.random.default_rng(1).integers(0, 3, (4, len(labels)))
    ranked = RankedRows(labels, truth)

    resampled = metric.resampled(ranked)(ranked.resample(counts))

    rows = [np.repeat(np.arange(len(labels)), row_counts) for row_counts in counts]
    expected = [metric.value(RankedRows(labels[repeated], truth[repeated])) for repeated in rows]
    np.testing.assert_allclose(resampled, expected, rtol=1e-12)


@pytest.mark.parametrize(("limit", "passes"), [("0.5", True), ("0.99", False), ("off", None)])
def test_a_promotion_rule__refuses_below_its_limit_and_is_in_the_table_of_checks(shipments, limit, passes):
    names = run_code_of("A promotion rule")
    policy = names["GatePolicy"].model_validate({"minimum_roc_auc": limit})
    inputs = gate_inputs(shipments.labels, shipments.truth, shipments.rate)

    checks = run_checks(inputs, policy, (*RULES, names["check_roc_auc"]))

    assert {check.name: check.passed for check in checks}.get("roc_auc") == passes
    assert decide_promotion(checks, force=False).promoted == (passes is not False)
    table = printed(checks_table(checks))
    assert ("roc auc" in table) == (passes is not None)
    assert passes is None or f"≥ {limit}" in table
