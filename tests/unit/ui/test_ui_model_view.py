"""The rows and points of the page Model."""

from datetime import UTC, datetime, timedelta

import pytest

from entrypoints.api.schemas import OutcomesSummary, RecalibrationSummary
from entrypoints.ui import model_view as view
from support import ui_samples


def test_figures__are_beside_both_baselines():
    [row] = view.figure_rows(ui_samples.metadata())
    assert list(row.values())[:4] == [
        "ROC-AUC",
        "0.810 [0.780, 0.840]",
        "0.500 [0.500, 0.500]",
        "0.600 [0.550, 0.650]",
    ]
    assert list(row)[:4] == ["figure", "this model", "late rate alone", "recent late rate"]


def test_figures__of_a_model_without_a_recent_late_rate_have_none():
    metadata = ui_samples.metadata().model_copy(update={"recent_rate_intervals": {}})
    assert view.figure_rows(metadata)[0]["recent late rate"] == "–"


def test_unknown_figure__is_shown_under_its_name():
    metadata = ui_samples.metadata().model_copy(
        update={"metrics_intervals": {"new": {"value": 1, "low": 0, "high": 2}}}
    )
    assert view.figure_rows(metadata)[0]["figure"] == "new"
    assert view.figure_rows(metadata)[0]["late rate alone"] == "–"


def test_window__has_realized_figures_else_estimated_ones():
    windows = [ui_samples.monitoring_window(number) for number in (1, 3)]
    assert [row["late rate"] for row in view.window_rows(windows)] == ["≈ 0.240 [0.190, 0.290]", "0.250 [0.200, 0.300]"]
    assert [(point.series, point.value) for point in view.figure_points(windows, "late_rate")] == [
        (view.REALIZED, 0.25),
        (view.ESTIMATED, 0.24),
        (view.ESTIMATED, 0.24),
    ]


def test_window__shows_no_estimate_that_is_not_valid():
    performance = {**ui_samples.monitoring_window(1).performance, "not_estimated": "outside the support"}
    window = ui_samples.monitoring_window(1, performance=performance)
    assert view.window_rows([window])[0]["late rate"] == "–"
    assert view.figure_points([window], "roc_auc") == []


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        (None, "no predictions"),
        ({"columns": [{"column": "a", "status": "not enough data"}]}, "not enough data"),
        ({"columns": [{"column": "a", "status": "stable"}]}, "none"),
        ({"columns": [{"column": name, "status": "drifted"} for name in "abcde"]}, "a, b, c and 2 more"),
        ({"columns": [{"column": "a", "status": "absent"}]}, "a"),
    ],
)
def test_drift__names_the_columns(drift, words):
    assert view.describe_drift(drift) == words
    assert view.window_rows([ui_samples.monitoring_window(1, drift=drift, performance=None)])[0]["drifted"] == words


def test_decision__has_its_time_and_reasons():
    [row] = view.decision_rows(ui_samples.models(), UTC)
    recorded = f"{ui_samples.NOW - timedelta(days=2, hours=1):%Y-%m-%d %H:%M} UTC"
    assert row == {
        "version": "3",
        "recorded": recorded,
        "decision": "promoted instead of 2",
        "reasons": "it saves more",
    }


def outcomes_summary(number, day):
    moments = {"known_from": datetime(2026, 1, 1, tzinfo=UTC), "known_until": datetime(2026, 1, day, tzinfo=UTC)}
    return OutcomesSummary(outcomes=number, **moments)


SETS_FOLLOW = (
    "its label sets follow 1,500 outcomes that became known from 2026-01-01 00:00 UTC to 2026-01-31 00:00 UTC; its"
)


@pytest.mark.parametrize(
    ("calibrator", "words"),
    [
        (outcomes_summary(1500, 31), "its probabilities and label sets follow 1,500 outcomes that became known from"),
        (
            outcomes_summary(600, 9),
            f"{SETS_FOLLOW} probabilities follow 600 outcomes that became known from 2026-01-01",
        ),
        (None, f"{SETS_FOLLOW} probabilities are those of the training."),
    ],
)
def test_recalibrated_version__says_what_probabilities_and_label_sets_follow(calibrator, words):
    label_sets = outcomes_summary(1500, 31).model_dump()
    recalibration = RecalibrationSummary(**label_sets, base_version=2, calibrator_outcomes=calibrator)
    assert f"It is version 2, recalibrated: {words}" in view.describe_recalibration(recalibration, UTC)


@pytest.mark.parametrize(
    ("action", "replaced", "words"),
    [("promoted", 2, "recalibrated instead of 2"), ("refused", None, "not recalibrated")],
)
def test_decision__of_a_recalibration_is_called_so(action, replaced, words):
    [decision] = ui_samples.models().decisions
    recalibration = decision.model_copy(update={"trigger": "recalibration", "action": action, "replaced": replaced})
    assert view.describe_decision(recalibration, UTC) == words


def test_decision__says_how_often_a_recalibration_was_refused():
    [decision] = ui_samples.models().decisions
    fields = {"trigger": "recalibration", "action": "refused", "replaced": None, "occurrences": 37}
    first = datetime(2026, 1, 24, 2, tzinfo=UTC)
    refused = decision.model_copy(update={**fields, "first_recorded_at": first})
    assert view.describe_decision(refused, UTC) == "not recalibrated, 37 times since 2026-01-24 02:00 UTC"


def test_decision__says_a_note_that_is_also_a_reason_once():
    [decision] = ui_samples.models().decisions
    repeated = decision.model_copy(update={"notes": list(decision.reasons)})
    [row] = view.decision_rows(ui_samples.models().model_copy(update={"decisions": [repeated]}), UTC)
    assert row["reasons"] == "it saves more"


def test_drift_over_time__leaves_out_windows_that_could_not_be_compared():
    windows = [ui_samples.monitoring_window(1), ui_samples.monitoring_window(2, drift=None)]
    assert [point.value for point in view.drift_points(windows)] == [0.5]
