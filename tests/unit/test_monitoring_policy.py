"""Decisions: what pages, what is watched, when a decision is withdrawn, and which reasons it has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log

import numpy as np
import pytest
from pydantic import ValidationError

from delay_core.monitoring.decision_reason import DecisionReason, ReasonCode
from delay_core.monitoring.drift_result import ColumnDrift, ColumnStatus, DriftResult
from delay_core.monitoring.loss_test import Harm, LossEvidence, LossTestState, ToleranceBand
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.policy import MonitoringPolicy, PolicyState, Promotion, WindowEvidence, decide
from delay_core.monitoring.time_window import TimeWindow

DAY = timedelta(days=1)
FIRST_DAY = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = MonitoringPolicy()


def day(number):
    return TimeWindow(FIRST_DAY + number * DAY, FIRST_DAY + (number + 1) * DAY)


def loss(evidence, outcomes=500, change=5, peak=None, new_outcomes=50):
    return LossEvidence(
        log_evidence=log(evidence),
        log_peak=log(evidence if peak is None else peak),
        peak_outcomes=new_outcomes,
        harm=Harm.MORE_LATE,
        change_point=day(change),
        state=LossTestState(windows=9, outcomes=outcomes),
    )


def drift(prediction=ColumnStatus.STABLE, **statuses):
    columns = tuple(ColumnDrift(name, status, rows=300) for name, status in statuses.items())
    return DriftResult(300, columns, ColumnDrift("probability", prediction, 300), None, None)


CALM = loss(0.3)
DRIFT, STABLE, FEW = ColumnStatus.DRIFTED, ColumnStatus.STABLE, ColumnStatus.NOT_ENOUGH_DATA


def decide_all(*windows, policy=POLICY, promotion=None):
    """The decisions of consecutive windows, each of a loss evidence or a drift result."""
    decisions, state = [], PolicyState()
    for number, result in enumerate(windows):
        is_drift = isinstance(result, DriftResult)
        evidence = WindowEvidence(
            "late", 3, day(number), CALM if is_drift else result, result if is_drift else None, promotion
        )
        state = PolicyState.model_validate_json(state.model_dump_json())
        decision, state = decide(evidence, state, policy)
        decisions.append(decision)
    return decisions


def severities(decisions):
    return [decision.severity.value for decision in decisions]


def codes(decision):
    return [reason.code.value for reason in decision.reasons]


def test_evidence_at_the_limit__pages_with_its_change_point():
    below, at = decide_all(loss(19.9), loss(20.1))
    assert severities([below, at]) == ["none", "retrain"]
    assert (below.changed, at.changed) == (False, True)
    assert (below.change_point, at.change_point) == (None, day(5))
    assert at.evidence == pytest.approx(20.1)
    assert at.known_outcomes == 500
    assert str(at.reasons[0]) == (
        "more shipments are late than predicted, in outcomes due from about 2026-03-06 on: the evidence is "
        "20.1 after 500 outcomes, and the limit is 20"
    )


def test_peak_inside_the_window__pages():
    [decision] = decide_all(loss(3, peak=25))
    assert decision.severity is Severity.RETRAIN
    assert decision.evidence == pytest.approx(25)


def test_few_outcomes__page_nobody():
    [decision] = decide_all(loss(1000, outcomes=99))
    assert decision.severity is Severity.NONE
    assert codes(decision) == ["too_few_outcomes"]
    assert "100 are needed" in str(decision.reasons[0])


def test_page__stays_until_enough_windows_in_a_row_are_calm():
    decisions = decide_all(loss(30), loss(0.5), loss(2), loss(0.5), loss(0.9), loss(1), loss(0.2))
    assert severities(decisions) == ["retrain"] * 5 + ["none"] * 2
    assert [decision.changed for decision in decisions] == [True, *[False] * 4, True, False]
    assert codes(decisions[1]) == ["loss_not_recovered"]
    assert codes(decisions[5]) == ["recovered", "stable"]
    assert codes(decisions[6]) == ["stable"]


def test_windows_without_outcomes__neither_count_nor_interrupt():
    decisions = decide_all(loss(30), CALM, replace(CALM, peak_outcomes=0), CALM, CALM)
    assert severities(decisions) == ["retrain"] * 4 + ["none"]


def test_page__is_repeated_after_a_recovery():
    decisions = decide_all(loss(30), CALM, CALM, CALM, loss(30))
    assert [decision.changed for decision in decisions] == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("promotion", "severity", "code"),
    [
        (Promotion(day(5).start, 2, predecessor_is_good=True), "roll back", "began_with_promotion"),
        (Promotion(day(4).start, 2, predecessor_is_good=True), "roll back", "began_with_promotion"),
        (Promotion(day(3).start, 2, predecessor_is_good=True), "retrain", None),
        (Promotion(day(5).start, 2, predecessor_is_good=False), "retrain", "no_better_predecessor"),
        (Promotion(day(5).start), "retrain", "no_better_predecessor"),
        (None, "retrain", None),
    ],
    ids=["same window", "one window later", "two windows later", "bad predecessor", "none", "unknown"],
)
def test_harm_since_the_promotion__is_rolled_back_if_the_predecessor_is_good(promotion, severity, code):
    [decision] = decide_all(loss(30), promotion=promotion)
    assert decision.severity.value == severity
    assert codes(decision)[1:] == ([code] if code else [])


def test_roll_back__stays_when_the_change_point_moves():
    decisions = decide_all(loss(30), loss(50, change=8), promotion=Promotion(day(5).start, 2, predecessor_is_good=True))
    assert severities(decisions) == ["roll back"] * 2


def test_drift__is_watched_after_three_windows_and_never_pages():
    decisions = decide_all(*[drift(a=DRIFT, b=STABLE)] * 20)
    assert severities(decisions) == ["none"] * 2 + ["watch"] * 18
    assert sum(decision.changed for decision in decisions) == 1
    assert decisions[2].reasons == (DecisionReason(ReasonCode.COLUMNS_DRIFTED, {"columns": ["a"], "windows": 3}),)
    assert decisions[2].change_point is None


@pytest.mark.parametrize("status", [ColumnStatus.DRIFTED, ColumnStatus.ABSENT, ColumnStatus.ALL_MISSING])
def test_columns_that_lost_their_values__drift(status):
    assert decide_all(*[drift(a=status)] * 3)[-1].severity is Severity.WATCH


def test_drift_of_different_columns__does_not_add_up():
    decisions = decide_all(drift(a=DRIFT, b=STABLE), drift(a=STABLE, b=DRIFT), drift(a=DRIFT, b=STABLE))
    assert severities(decisions) == ["none"] * 3


def test_windows_with_few_rows__leave_the_count_of_drift():
    decisions = decide_all(drift(a=DRIFT), drift(a=FEW), CALM, drift(a=DRIFT), drift(a=DRIFT))
    assert severities(decisions) == ["none"] * 4 + ["watch"]


def test_drift_of_predictions__is_watched():
    [*_, decision] = decide_all(*[drift(prediction=DRIFT)] * 3)
    assert decision.severity is Severity.WATCH
    assert codes(decision) == ["predictions_drifted"]


def test_watch__ends_after_fourteen_windows_without_drift():
    decisions = decide_all(*[drift(a=DRIFT)] * 3, *[drift(a=STABLE)] * 15)
    assert severities(decisions[3:]) == [*["watch"] * 13, "none", "none"]
    assert codes(decisions[3]) == ["drift_not_recovered"]
    assert codes(decisions[16]) == ["recovered", "stable"]


def test_watch__of_a_column_near_its_limit_goes_on():
    near = [drift(a=DRIFT), *[drift(a=STABLE)] * 13]
    assert set(severities(decide_all(*[drift(a=DRIFT)] * 3, *near * 3)[2:])) == {"watch"}
    of_predictions = [drift(prediction=DRIFT), *[drift()] * 13]
    assert set(severities(decide_all(*[drift(prediction=DRIFT)] * 3, *of_predictions)[2:])) == {"watch"}


def test_watch__of_a_column_does_not_depend_on_others():
    decisions = decide_all(*[drift(a=DRIFT, b=STABLE)] * 3, *[drift(a=STABLE, b=DRIFT), drift(b=STABLE)] * 7)
    assert severities(decisions[2:]) == [*["watch"] * 14, "none"]


def test_page_over_a_watch__falls_back_to_it():
    watched = drift(a=DRIFT)
    decisions = decide_all(*[watched] * 3, loss(30), *[watched] * 3)
    assert severities(decisions) == ["none", "none", "watch", "retrain", "retrain", "retrain", "watch"]
    assert codes(decisions[-1]) == ["recovered", "columns_drifted"]


def test_reasons__all_have_a_sentence():
    params = {
        "harm": "more_late", "since": "2026", "evidence": 1.0, "outcomes": 1, "limit": 20.0, "recovery": 1.0,
        "windows": 3, "counted": 1, "predecessor": 2, "minimum": 100, "columns": ["a"], "before": "watch",
    }  # fmt: skip
    assert all(str(DecisionReason(code, params)) for code in ReasonCode)
    assert all(str(DecisionReason(ReasonCode.LOSS_TOO_HIGH, {**params, "harm": harm.value})) for harm in Harm)


def test_huge_evidence__is_a_number():
    [decision] = decide_all(replace(loss(30), log_peak=5_000.0))
    assert 1e200 < decision.evidence < float("inf")


@pytest.mark.parametrize(("limit", "wrong"), [("false_alarm_budget", 0), ("tolerance", -1), ("typo", 1)])
def test_invalid_limit__is_refused(limit, wrong):
    with pytest.raises(ValidationError, match=limit):
        MonitoringPolicy(**{limit: wrong})


def test_limits__have_a_description():
    assert all(field.description for field in MonitoringPolicy.model_fields.values())


def test_loss_test__has_the_limits_of_the_policy_and_the_late_rate_of_the_reference():
    served = np.full(40_000, 0.25)
    late = np.tile(np.array([1, 0, 0, 0], dtype=np.int8), 10_000)
    test = MonitoringPolicy(tolerance=0.2, lifetime_windows=52).create_loss_test(served, late, np.arange(40_000))
    assert test.band == ToleranceBand(0.2, 0.2)
    assert test.center == pytest.approx(log(1 / 3))
    assert test.lifetime == 52
    with pytest.raises(ValueError, match="train again"):
        POLICY.create_loss_test(served[:0], late[:0], np.arange(0))
