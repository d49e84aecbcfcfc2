"""The promotion gate: what it asks, what it lets pass and what it refuses; and what the record of decisions says."""

from dataclasses import replace

import pytest

from delay_core.evaluation import Estimate
from delay_core.promotion import (
    ChampionComparison,
    Decision,
    GatePolicy,
    SliceGain,
    judge,
    predecessor,
    verdict,
    was_withdrawn,
)
from delay_core.promotion.slice_check import widen
from support.gate_evidence import POLICY, Shipments, failed, measured


@pytest.fixture(scope="module")
def shipments():
    return Shipments(600)


@pytest.fixture(scope="module")
def evidence_for_truth(shipments):
    """A challenger that says the true probabilities: it passes every check."""
    return measured(shipments.labels, shipments.truth, shipments.rate)


@pytest.mark.parametrize(
    ("told", "name", "words"),
    [
        ({"rows": 49}, "rows", "49 test rows tell too little: 50 needed"),
        ({"groups": 9}, "groups", "its test rows are of 9 groups, which tell too little: 10 needed"),
        ({"parity": 2e-5}, "parity", "differ by 2.0e-05 at most; 1e-05 is allowed"),
        ({"leakage": 0.951}, "leakage", "knows the answer"),
        ({"withdrawn": True}, "history", "it was rolled back before, and is not promoted again by itself"),
        ({"champion": ChampionComparison(1, missing=("Extra", "More"))}, "gain_over_champion",
         "the champion (version 1) needs Extra, More: not comparable"),
    ],
)  # fmt: skip
def test_each_of_these_alone_refuses_and_says_why(evidence_for_truth, told, name, words):
    evidence = replace(evidence_for_truth, **told)
    [check] = [check for check in judge(evidence, POLICY) if not check.passed]
    assert check.name == name
    assert words in check.words
    assert verdict([check], force=False).reasons == (check.words,)


def test_force_promotes_and_tells_every_check_against_it(shipments):
    checks = judge(replace(measured(shipments.labels, shipments.rate, shipments.rate), withdrawn=True), POLICY)
    assert not verdict(checks, force=False).promoted
    forced = verdict(checks, force=True)
    assert (forced.promoted, forced.forced) == (True, True)
    assert [reason.split(" ")[:2] for reason in forced.reasons] == [["forced", "although"]] * 2


def test_force_that_is_not_needed_forces_nothing(evidence_for_truth):
    checks = judge(evidence_for_truth, POLICY)
    assert not verdict(checks, force=True).forced


def test_a_limit_that_is_off_is_not_checked(shipments):
    optional = [name for name, field in GatePolicy.model_fields.items() if not isinstance(field.default, int)]
    off = GatePolicy(**dict.fromkeys([*optional, "minimum_groups"], "off"))
    evidence = measured(shipments.labels, shipments.rate, shipments.rate, champion=shipments.truth)
    checks = judge(evidence, off)
    assert [check.name for check in checks] == ["history", "rows"]
    assert verdict(checks, force=False).reasons == ("it passed every check that was asked for",)


def test_a_champion_need_not_be_beaten_where_being_no_worse_is_enough(shipments):
    s = shipments
    evidence = measured(s.labels, s.noisy(0.1), s.rate, champion=s.truth)
    assert failed(evidence) == ["gain_over_champion"]
    assert failed(evidence, GatePolicy(minimum_gain_over_champion=-0.05)) == []


def test_a_leak_that_could_not_be_measured_is_told_and_passes(evidence_for_truth):
    evidence = replace(evidence_for_truth, leakage=None)
    leakage = judge(evidence, POLICY)[-1]
    assert (leakage.name, leakage.value, leakage.passed) == ("leakage", None, True)
    assert "too few rows" in leakage.words


def test_small_slices_are_not_judged(evidence_for_truth):
    terrible = SliceGain("Port", "small", 60, Estimate(value=-2, low=-2.1, high=-1.9))
    evidence = replace(evidence_for_truth, slices=(terrible,))
    assert failed(evidence) == ["slices_over_baseline"]
    assert failed(evidence, GatePolicy(minimum_slice_rows=61)) == []


def test_one_interval_stays_as_it_is_and_many_grow_as_bonferroni_says():
    figure = Estimate(value=0.1, low=0.0, high=0.3)
    assert widen(figure, 1) == figure
    assert widen(figure, 20).high == pytest.approx(0.1 + 0.2 * 3.0233 / 1.96, abs=1e-4)
    assert widen(figure, 20).low == pytest.approx(0.1 - 0.1 * 3.0233 / 1.96, abs=1e-4)


def test_a_decision_keeps_its_checks_and_policy_as_json(shipments):
    checks = judge(measured(shipments.labels, shipments.truth, shipments.rate, shipments.columns), POLICY)
    told = decision("promoted", 1).model_copy(update={"checks": checks, "policy": POLICY})
    assert Decision.model_validate_json(told.model_dump_json()) == told


def test_a_decision_recorded_before_there_were_checks_is_read():
    text = '{"action":"refused","name":"m","version":2,"digest":"b","replaced":null,"reasons":["why"],'
    text += '"gain_over_baseline":{"value":0.1,"low":-0.05,"high":0.2},"gain_over_champion":null,"compared_rows":null}'
    old = Decision.model_validate_json(text)
    assert (old.checks, old.policy, old.forced) == ((), None, False)


def decision(action, version, replaced=None):
    return Decision(action=action, name="m", version=version, digest="d", replaced=replaced, reasons=("why",))


def test_a_version_taken_back_is_withdrawn_until_it_is_promoted_again():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("rolled_back", 1, 2)]
    assert was_withdrawn(history, 2)
    assert not was_withdrawn(history, 1)
    assert not was_withdrawn([*history, decision("promoted", 2, 1)], 2)


def test_the_predecessor_is_what_the_last_promotion_replaced():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("refused", 3)]
    assert predecessor(history, 2) == 1
    assert predecessor(history, 1) is None
    assert predecessor(history, 3) is None
