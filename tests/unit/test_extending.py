"""The code of docs/extending.md works as the page says."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from delay_core import FeatureEncoder, parse_schema
from delay_core.errors import SchemaError, ShipmentValidationError
from delay_core.evaluation import METRICS, MetricEstimates, RankedRows, compare
from delay_core.features import to_arrays
from delay_core.model_card.markdown import metrics_table
from delay_core.promotion import RULES, decide_promotion, run_checks
from delay_core.request_parsing.request_parser import RequestParser
from delay_core.schema import breaking_changes, example_shipment, lenient_json_schema, request_json_schema
from delay_core.schema.roles import ROLES, ColumnRole
from delay_core.validation import ShipmentValidator
from entrypoints.cli.show_checks import checks_table
from entrypoints.cli.show_training import estimates_table
from support.gate_cases import Shipments, gate_inputs

PAGE = Path(__file__).parents[2] / "docs/extending.md"


def run_code_of(section):
    """The names that the Python code of a section of the page defines."""
    text = PAGE.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    names: dict[str, object] = {}
    for code in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(compile(code, f"{PAGE.name}, {section}", "exec"), names)  # noqa: S102 - the page is ours
    return names


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


PARCELS = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
columns:
  sent: {role: timestamp}
  fragile: {role: boolean, nullable: true}
  insured: {role: boolean, available_at: delivered}
  late: {role: label, available_at: delivered}
"""
SENT = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"]


@pytest.fixture
def boolean_schema(monkeypatch):
    monkeypatch.setitem(ROLES, "boolean", run_code_of("A column role")["BooleanRole"])
    return parse_schema(PARCELS, "parcels.yaml")


def test_a_column_role__is_validated_encoded_and_in_the_json_schema_of_requests(boolean_schema):
    raw = pd.DataFrame(
        {"sent": SENT, "fragile": ["yes", "False", "", "maybe"], "insured": ["no"] * 4, "late": ["0", "1", "0", "1"]},
        dtype=object,
    )

    result = ShipmentValidator(boolean_schema).validate(raw)
    columns = to_arrays(result.accepted, result.accepted.columns)
    encoder = FeatureEncoder.fit(boolean_schema, columns)

    assert result.accepted["fragile"].tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert [str(violation) for violation in result.violations] == ["fragile: must be true or false, not 'maybe'"]
    assert boolean_schema.post_hoc_columns == {"insured": "known at delivered, after the prediction point (dispatch)"}
    assert encoder.names == ("fragile", "fragile is missing")
    assert encoder.encode(columns).tolist() == [[1, 0], [0, 0], [0.5, 1]]
    assert FeatureEncoder.from_json(encoder.to_json()) == encoder
    document = request_json_schema(boolean_schema)
    assert document["properties"]["fragile"] == {"type": ["boolean", "null"], "description": "Use: feature."}
    assert example_shipment(boolean_schema)["fragile"] is True
    Draft202012Validator(document).validate(example_shipment(boolean_schema))
    Draft202012Validator(lenient_json_schema(boolean_schema)).validate({"sent": "2024-01-01", "fragile": "yes"})


def test_a_column_role__parses_requests_to_the_values_of_validation(boolean_schema):
    records = [{"sent": sent, "fragile": value} for sent, value in zip(SENT, [True, 0, None, "yes"], strict=True)]

    shipments = RequestParser(boolean_schema).parse(records)

    assert shipments.columns["fragile"].tolist() == pytest.approx([1, 0, np.nan, 1], nan_ok=True)
    with pytest.raises(ShipmentValidationError, match="fragile: must be true or false, not 'maybe'"):
        RequestParser(boolean_schema).parse([{"sent": SENT[0], "fragile": "maybe"}])


def test_a_column_role__allows_its_own_keys_and_compares_with_other_roles(boolean_schema):
    categorical = parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: categorical, nullable"), "old.yaml")

    assert breaking_changes(boolean_schema, boolean_schema) == []
    assert breaking_changes(categorical, boolean_schema) == [
        "fragile: is a boolean column now, and was a categorical column"
    ]
    with pytest.raises(SchemaError, match="unit: only for numeric columns, not for a boolean one"):
        parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: boolean, unit: kg, nullable"), "new.yaml")


def test_a_column_role__that_is_unknown_or_incomplete_is_an_error(boolean_schema):
    class Incomplete(ColumnRole):
        name = "incomplete"

    with pytest.raises(SchemaError, match=r"columns.fragile.role: must be .*'ignored' or 'boolean'; did you mean"):
        parse_schema(PARCELS.replace("{role: boolean, nullable", "{role: bolean, nullable"), "new.yaml")
    with pytest.raises(TypeError, match="abstract"):
        Incomplete(boolean_schema, "fragile")


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
