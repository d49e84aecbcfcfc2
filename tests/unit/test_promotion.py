"""The promotion gate: which checks pass and fail; and what the record of decisions implies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from delay_core.evaluation import Estimate, SliceResult, bonferroni_interval
from delay_core.promotion import (
    MANUAL_REASON,
    ChampionComparison,
    Check,
    Decision,
    GatePolicy,
    TrainingEnds,
    decide_promotion,
    predecessor,
    run_checks,
    was_rolled_back,
)
from support.gate_cases import POLICY, Shipments, failed, gate_inputs


@pytest.fixture(scope="module")
def shipments():
    return Shipments(600)


@pytest.fixture(scope="module")
def true_inputs(shipments):
    """A challenger that predicts the true probabilities: it passes every check."""
    return gate_inputs(shipments.labels, shipments.truth, shipments.rate)


@pytest.mark.parametrize(
    ("change", "name", "message"),
    [
        ({"rows": 49}, "rows", "49 test rows are too few: 50 are needed"),
        ({"groups": 9}, "groups", "its test rows are from 9 groups, which are too few: 10 are needed"),
        ({"parity": 2e-5}, "parity", "differ by at most 2.0e-05; 1e-05 is allowed"),
        ({"leakage": 0.951}, "leakage", "predicts the outcome too well"),
        ({"was_rolled_back": True}, "history", "it was rolled back before and is not promoted again automatically"),
        ({"champion": ChampionComparison(2, gain=Estimate(value=1, low=1, high=1), ends=TrainingEnds(
            datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 6, 1, 12, 30, tzinfo=UTC)))}, "training_data",
         "its training data end on 2024-05-01 00:00, before those of the champion (version 2), which end on 2024-06-01 "
         "12:30"),
        ({"champion": ChampionComparison(2, gain=Estimate(value=1, low=1, high=1), ends=TrainingEnds(70, 1500))},
         "training_data", "end at row 70, before those of the champion (version 2), which end at row 1,500"),
        ({"champion": ChampionComparison(1, missing=("Extra", "More"))}, "gain_over_champion",
         "the champion (version 1) needs columns that this schema does not have: Extra, More"),
    ],
)  # fmt: skip
def test_each_of_these_alone__refuses_with_its_reason(true_inputs, change, name, message):
    [check] = [check for check in run_checks(replace(true_inputs, **change), POLICY) if not check.passed]
    assert check.name == name
    assert message in check.message
    assert decide_promotion([check], force=False).reasons == (check.message,)


SWITCHED_OFF = {
    "minimum_rows": {"rows"},
    "minimum_groups": {"groups"},
    "minimum_gain": {"gain_over_baseline", "gain_over_recent"},
    "minimum_gain_over_champion": {"gain_over_champion"},
    "maximum_ece": {"calibration"},
    "maximum_slice_loss": {"slices_over_baseline", "slices_over_champion"},
    "minimum_slice_rows": set(),  # it decides which slices are compared
    "maximum_parity": {"parity"},
    "maximum_leakage": {"leakage"},
}


def test_off__removes_the_checks_of_its_limit_and_no_other(true_inputs):
    inputs = replace(true_inputs, groups=20, champion=ChampionComparison(3, 600, true_inputs.gain_over_baseline, ()))
    names = {check.name for check in run_checks(inputs, POLICY)}
    assert SWITCHED_OFF.keys() == GatePolicy.model_fields.keys()

    for limit, removed in SWITCHED_OFF.items():
        without = {check.name for check in run_checks(inputs, GatePolicy.model_validate({limit: "off"}))}
        assert names - without == removed


def test_force__promotes_and_names_every_check_that_failed(shipments):
    inputs = replace(gate_inputs(shipments.labels, shipments.rate, shipments.rate), was_rolled_back=True)
    checks = run_checks(inputs, POLICY)
    assert not decide_promotion(checks, force=False).promoted
    forced = decide_promotion(checks, force=True)
    assert (forced.promoted, forced.trigger) == (True, "forced")
    assert [reason.split(" ")[:2] for reason in forced.reasons] == [["forced", "although"]] * 3


def test_a_challenger__that_a_rate_which_follows_the_outcomes_equals_is_refused(shipments):
    s = shipments
    inputs = gate_inputs(s.labels, s.noisy(0.1), s.rate, recent=s.noisy(0.1))
    assert failed(inputs) == ["gain_over_recent"]
    [check] = [check for check in run_checks(inputs, POLICY) if check.name == "gain_over_recent"]
    assert check.message.startswith("it does not significantly beat the recent late rate: log-loss lower by ")


def test_force__that_is_not_needed_is_not_recorded(true_inputs):
    assert decide_promotion(run_checks(true_inputs, POLICY), force=True).trigger == "gate"


def test_a_limit_that_is_off__is_not_checked(shipments):
    optional = [name for name, field in GatePolicy.model_fields.items() if not isinstance(field.default, int)]
    off = GatePolicy(**dict.fromkeys([*optional, "minimum_groups"], "off"))
    inputs = gate_inputs(shipments.labels, shipments.rate, shipments.rate, champion=shipments.truth)
    checks = run_checks(inputs, off)
    assert [check.name for check in checks] == ["history", "rows"]
    assert decide_promotion(checks, force=False).reasons == ("it passed every check",)


def test_a_champion__need_not_be_beaten_where_the_limit_allows_a_loss(shipments):
    s = shipments
    inputs = gate_inputs(s.labels, s.noisy(0.1), s.rate, champion=s.truth)
    assert failed(inputs) == ["gain_over_champion"]
    assert failed(inputs, GatePolicy(minimum_gain_over_champion=-0.05)) == []


def test_leakage_that_could_not_be_measured__passes_with_a_message(true_inputs):
    leakage = run_checks(replace(true_inputs, leakage=None), POLICY)[-1]
    assert (leakage.name, leakage.value, leakage.passed) == ("leakage", None, True)
    assert "too few rows" in leakage.message


def test_small_slices__are_not_checked(true_inputs):
    gain = Estimate(value=-2, low=-2.1, high=-1.9)
    terrible = SliceResult(
        column="Port", value="small", rows=60, late=30, mean_probability=0.5, estimates=None, gain=gain
    )
    inputs = replace(true_inputs, slices=(terrible,))
    assert failed(inputs) == ["slices_over_baseline"]
    assert failed(inputs, GatePolicy(minimum_slice_rows=61)) == []


def test_bonferroni_interval__keeps_a_single_interval_and_widens_many():
    estimate = Estimate(value=0.1, low=0.0, high=0.3)
    assert bonferroni_interval(estimate, 1) == estimate
    assert bonferroni_interval(estimate, 20).high == pytest.approx(0.1 + 0.2 * 3.0233 / 1.96, abs=1e-4)
    assert bonferroni_interval(estimate, 20).low == pytest.approx(0.1 - 0.1 * 3.0233 / 1.96, abs=1e-4)


def test_a_decision__keeps_its_checks_and_policy_as_json(shipments):
    checks = run_checks(gate_inputs(shipments.labels, shipments.truth, shipments.rate, shipments.columns), POLICY)
    recorded = decision("promoted", 1).model_copy(update={"checks": checks, "policy": POLICY})
    assert Decision.model_validate_json(recorded.model_dump_json()) == recorded


def test_a_check__has_its_message_as_words_in_json():
    check = Check(name="rows", value=60, limit=50, passed=True, message="tested on 60 shipments", direction="at_least")
    recorded = decision("promoted", 1).model_copy(update={"checks": (check,)}).model_dump(mode="json")
    assert recorded["checks"][0] == {
        "name": "rows", "value": 60.0, "limit": 50.0, "passed": True, "words": "tested on 60 shipments",
        "direction": "at_least",
    }  # fmt: skip


# Decisions that were recorded by earlier versions


def test_a_decision_recorded_before_there_were_checks__is_read():
    text = '{"action":"refused","name":"m","version":2,"digest":"b","replaced":null,"reasons":["why"],'
    text += '"gain_over_baseline":{"value":0.1,"low":-0.05,"high":0.2},"gain_over_champion":null,"compared_rows":null}'
    old = Decision.model_validate_json(text)
    assert (old.checks, old.policy, old.forced, old.trigger) == ((), None, False, "gate")


@pytest.mark.parametrize(
    ("action", "forced", "reasons", "trigger", "notes"),
    [
        ("promoted", False, ["it beats the rate", "no version served before"], "gate", ["no version served before"]),
        ("refused", False, ["too few rows"], "gate", []),
        ("promoted", True, ["forced although too few rows", "a note"], "forced", ["a note"]),
        ("promoted", True, [MANUAL_REASON], "manual", [MANUAL_REASON]),
        ("rolled_back", False, ["version 2 was taken back"], "rollback", ["version 2 was taken back"]),
    ],
)
def test_a_decision_recorded_before_there_were_triggers__has_the_trigger_that_its_fields_imply(
    action, forced, reasons, trigger, notes
):
    checks = [
        {"name": "gain_over_baseline", "value": 0.1, "limit": 0, "passed": True, "words": "it beats the rate"},
        {"name": "rows", "value": 40, "limit": 50, "passed": False, "words": "too few rows"},
        {"name": "parity", "value": 1e-7, "limit": 1e-5, "passed": True, "words": "they agree"},
    ]
    old = Decision.model_validate(
        {"action": action, "name": "m", "version": 2, "digest": "b", "reasons": reasons, "forced": forced,
         "checks": checks}
    )  # fmt: skip
    assert (old.trigger, old.forced, list(old.notes)) == (trigger, forced, notes)
    assert [check.direction for check in old.checks] == ["above", "at_least", "at_most"]
    assert Decision.model_validate_json(old.model_dump_json()) == old


def decision(action, version, replaced=None):
    trigger = "rollback" if action == "rolled_back" else "gate"
    return Decision(
        action=action, name="m", version=version, digest="d", replaced=replaced, reasons=("why",), trigger=trigger
    )


def test_a_version_that_was_rolled_back__counts_as_such_until_it_is_promoted_again():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("rolled_back", 1, 2)]
    assert was_rolled_back(history, 2)
    assert not was_rolled_back(history, 1)
    assert not was_rolled_back([*history, decision("promoted", 2, 1)], 2)


def test_the_predecessor__is_what_the_last_promotion_replaced():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("refused", 3)]
    assert predecessor(history, 2) == 1
    assert predecessor(history, 1) is None
    assert predecessor(history, 3) is None


def test_training_data__that_end_with_the_champions_or_later_pass(true_inputs):
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    for ends, days in ((TrainingEnds(moment, moment), 0.0), (TrainingEnds(moment + timedelta(hours=12), moment), 0.5)):
        champion = ChampionComparison(2, gain=Estimate(value=1, low=1, high=1), ends=ends)
        checks = {check.name: check for check in run_checks(replace(true_inputs, champion=champion), POLICY)}
        assert (checks["training_data"].passed, checks["training_data"].value) == (True, days)
