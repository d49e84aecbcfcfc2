"""The real table of deliveries: dirt described, rows accounted for, an honest figure on its latest rows."""

import pytest


def test_rows__are_all_accounted_for(deliveries):
    assert deliveries[1]["rows"] == {"read": 10_324, "accepted": 10_324, "quarantined": 0, "excluded": 0}


def test_unavailable_columns__are_refused(deliveries):
    assert set(deliveries[1]["refused"]) == {
        "Delivered to Client Date",
        "Delivery Recorded Date",
        "Weight (Kilograms)",
        "Freight Cost (USD)",
        "Line Item Insurance (USD)",
    }


def test_model__ranks_recent_deliveries_as_well_as_a_manual_model(deliveries):
    answer = deliveries[1]
    assert 0.79 <= answer["test"]["roc_auc"]["value"] < 0.90  # a random split would claim .905


def test_model__is_promoted_only_if_it_beats_the_recent_late_rates_of_vendors(deliveries):
    answer = deliveries[1]
    assert answer["recent_rate"]["keys"] == ["Vendor"]
    assert answer["recent_rate"]["metrics"]["log_loss"]["value"] < answer["baseline"]["log_loss"]["value"]
    failed = {check["name"] for check in answer["decision"]["checks"] if not check["passed"]}
    assert ("gain_over_recent" in failed) == (answer["gain_over_recent"]["low"] <= 0)
    assert answer["promoted"] == (not failed)
    assert failed <= {"gain_over_recent"}


def test_missing_reason_of_a_date__is_a_feature_of_the_model(deliveries):
    missing = {name for name in deliveries[1]["features"] if "is missing: " in name}
    assert "PO Sent to Vendor Date is missing: from a regional warehouse" in missing


def test_schema_check__quarantines_nothing_and_has_three_splits(delay, scms):
    checked = delay.json("schema", "check", "--schema", "scms", "--source", scms)
    assert checked["problems"] == []
    assert checked["refusal"] is None
    assert sum(checked["parts"].values()) == pytest.approx(10_324, abs=50)
    assert checked["foreign"] == []


def test_inferred_schema__needs_no_edit(delay, scms, tmp_path):
    draft = tmp_path / "draft.yaml"
    delay("schema", "init", scms, "--out", draft)
    checked = delay.json("schema", "check", "--schema", draft, "--source", scms)
    assert checked["refusal"] is None
    assert {"Delivered to Client Date", "Delivery Recorded Date"} <= set(checked["refused"])
