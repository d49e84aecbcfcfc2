"""The promotion gate: what it asks, what it lets pass and what it refuses; and what the record of decisions says."""

from dataclasses import replace

import numpy as np
import pytest

from adapters.model import ScoringMetrics
from delay_core.comparison import chance_ece, compare, compare_slices
from delay_core.evaluation import Figure
from delay_core.promotion import (
    Decision,
    Evidence,
    GatePolicy,
    Meeting,
    SliceGain,
    judge,
    predecessor,
    verdict,
    was_withdrawn,
)
from delay_core.promotion.slice_check import widen

METRICS = ScoringMetrics()
POLICY = GatePolicy()


def gains(slices):
    return tuple(SliceGain(part.column, part.value, part.rows, part.gain_over_baseline) for part in slices)


def measured(labels, challenger, baseline, columns=(), champion=None, groups=None):
    """Evidence, gathered as the use case gathers it."""
    compared = compare(METRICS, labels, {"model": challenger, "baseline": baseline}, 1, groups=groups)
    meeting = None
    if champion is not None:
        met = compare(METRICS, labels, {"challenger": challenger, "champion": champion}, 1, groups=groups)
        slices = compare_slices(METRICS, dict(columns), labels, challenger, champion, 1, groups=groups)
        meeting = Meeting(3, len(labels), met.gain("challenger", "champion"), gains(slices))
    return Evidence(
        rows=len(labels),
        groups=None if groups is None else len(np.unique(groups)),
        figures=compared.figures["model"],
        gain_over_baseline=compared.gain("model", "baseline"),
        slices=gains(compare_slices(METRICS, dict(columns), labels, challenger, baseline, 1, groups=groups)),
        chance_ece=chance_ece(METRICS, labels, challenger, 1, groups=groups),
        parity=3e-8,
        leakage=0.6,
        withdrawn=False,
        champion=meeting,
    )


def failed(evidence, policy=POLICY):
    return [check.name for check in judge(evidence, policy) if not check.passed]


def logistic(logits):
    return 1 / (1 + np.exp(-logits))


class Shipments:
    """Rows with known truth, and what one might say of them."""

    def __init__(self, rows=1500, seed=7, values=8):
        self.draw = np.random.default_rng(seed)
        self.logits = self.draw.normal(-0.4, 1.2, rows)
        self.truth = logistic(self.logits)
        self.labels = (self.draw.random(rows) < self.truth).astype(np.int8)
        self.rate = np.full(rows, self.truth.mean())
        names = np.array([f"port {number}" for number in range(values)], dtype=object)
        self.columns = {"Port": names[self.draw.integers(0, values, rows)]}

    def noisy(self, noise):
        return logistic(self.logits + self.draw.normal(0, noise, len(self.logits)))


@pytest.fixture
def shipments():
    return Shipments()


def test_a_challenger_near_the_truth_passes_every_check(shipments):
    s = shipments
    evidence = measured(s.labels, s.noisy(0.1), s.rate, s.columns, champion=s.noisy(1.0))
    checks = judge(evidence, POLICY)
    assert all(check.passed for check in checks)
    assert [check.name for check in checks] == [
        "history", "gain_over_baseline", "gain_over_champion", "rows", "calibration", "slices_over_baseline",
        "slices_over_champion", "parity", "leakage",
    ]  # fmt: skip
    found = verdict(checks, force=False)
    assert (found.promoted, found.forced) == (True, False)
    assert "beats the historical late rate" in found.reasons[0]
    assert "beats the champion (version 3)" in found.reasons[1]


def test_a_challenger_no_better_than_the_champion_is_refused(shipments):
    s = shipments
    assert failed(measured(s.labels, s.noisy(0.1), s.rate, s.columns, champion=s.truth)) == ["gain_over_champion"]


def test_much_noise_fails_the_gain_and_the_calibration(shipments):
    s = shipments
    assert {"gain_over_baseline", "calibration"} <= set(failed(measured(s.labels, s.noisy(4.0), s.rate)))


def test_probabilities_that_rank_well_and_are_off_fail_the_calibration_alone(shipments):
    s = shipments
    assert failed(measured(s.labels, logistic(s.logits + 0.6), s.rate)) == ["calibration"]


def test_few_rows_do_not_make_true_probabilities_badly_calibrated():
    errors, refused = [], 0
    for seed in range(40):
        s = Shipments(150, seed)
        evidence = measured(s.labels, s.truth, s.rate)
        errors.append(evidence.figures.ece.value)
        refused += "calibration" in failed(evidence)
    assert np.mean(errors) > 0.05
    assert refused == 0


def test_a_model_good_all_in_all_and_terrible_in_one_category_is_refused_and_says_where(shipments):
    s = shipments
    there = s.columns["Port"] == "port 5"
    challenger = np.where(there, 1 - s.truth, s.truth)
    evidence = measured(s.labels, challenger, s.rate, s.columns, champion=s.noisy(1.5))
    assert evidence.gain_over_baseline.low > 0
    assert {"slices_over_baseline", "slices_over_champion"} <= set(failed(evidence))
    check = next(check for check in judge(evidence, POLICY) if check.name == "slices_over_baseline")
    assert "where Port is port 5 (" in check.words
    assert "port 4" not in check.words
    assert check.value.high < check.limit == -0.02


def test_many_slices_do_not_refuse_an_honest_model():
    refused = 0
    for seed in range(20):
        s = Shipments(1200, seed)
        columns = {f"column {n}": texts(s.draw, 1200) for n in range(5)}
        slices = gains(compare_slices(METRICS, columns, s.labels, s.noisy(0.2), s.rate, seed))
        assert len(slices) > 40
        evidence = replace(measured(s.labels, s.truth, s.rate), slices=slices)
        refused += bool(failed(evidence, GatePolicy(maximum_slice_loss=0)))
    assert refused <= 1


def test_many_slices_of_rare_delays_do_not_refuse_an_honest_model():
    refused = 0
    for seed in range(12):
        draw = np.random.default_rng(seed)
        truth = logistic(draw.normal(-3.5, 0.5, 1200))
        labels, rate = (draw.random(1200) < truth).astype(np.int8), np.full(1200, truth.mean())
        columns = {f"column {n}": texts(draw, 1200) for n in range(4)}
        slices = gains(compare_slices(METRICS, columns, labels, truth, rate, seed))
        assert len(slices) > 30
        evidence = replace(measured(labels, truth, rate), slices=slices)
        refused += "slices_over_baseline" in failed(evidence, GatePolicy(maximum_slice_loss=0))
    assert refused <= 1


def texts(draw, rows):
    return np.array([f"value {n}" for n in range(12)], dtype=object)[(12 * draw.random(rows) ** 2).astype(int)]


def test_what_learned_from_permuted_labels_is_promoted_in_five_of_a_hundred_cases_at_most():
    promoted = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        features, labels = draw.normal(size=(600, 6)), (draw.random(600) < 0.35).astype(np.int8)
        weights, learned = np.zeros(7), np.column_stack([np.ones(400), features[:400]])
        for _ in range(8):  # Newton's steps
            p = logistic(learned @ weights)
            curvature = learned.T @ (learned * (p * (1 - p))[:, None]) + 0.01 * np.eye(7)
            weights += np.linalg.solve(curvature, learned.T @ (labels[:400] - p))
        challenger = logistic(np.column_stack([np.ones(200), features[400:]]) @ weights)
        promoted += not failed(measured(labels[400:], challenger, np.full(200, labels[:400].mean())))
    assert promoted <= 2


def test_what_hardly_leaves_the_late_rate_is_promoted_in_five_of_a_hundred_cases_at_most():
    """Noise so small that it costs nothing: the gain lies on either side of 0 alike, the worst case for the gate."""
    promoted = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        labels = (draw.random(300) < 0.35).astype(np.int8)
        challenger = logistic(np.log(0.35 / 0.65) + draw.normal(0, 0.01, 300))
        promoted += not failed(measured(labels, challenger, np.full(300, 0.35)))
    assert promoted <= 5


@pytest.mark.parametrize(
    ("told", "name", "words"),
    [
        ({"rows": 49}, "rows", "49 test rows tell too little: 50 needed"),
        ({"groups": 9}, "groups", "its test rows are of 9 groups, which tell too little: 10 needed"),
        ({"parity": 2e-5}, "parity", "differ by 2.0e-05 at most; 1e-05 is allowed"),
        ({"leakage": 0.951}, "leakage", "knows the answer"),
        ({"withdrawn": True}, "history", "it was rolled back before, and is not promoted again by itself"),
        ({"champion": Meeting(1, missing=("Extra", "More"))}, "gain_over_champion",
         "the champion (version 1) needs Extra, More: not comparable"),
    ],
)  # fmt: skip
def test_each_of_these_alone_refuses_and_says_why(shipments, told, name, words):
    evidence = replace(measured(shipments.labels, shipments.truth, shipments.rate), **told)
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


def test_force_that_is_not_needed_forces_nothing(shipments):
    checks = judge(measured(shipments.labels, shipments.truth, shipments.rate), POLICY)
    assert not verdict(checks, force=True).forced


def test_a_limit_that_is_off_is_not_checked(shipments):
    optional = [name for name, field in GatePolicy.model_fields.items() if not isinstance(field.default, int)]
    off = GatePolicy(**dict.fromkeys([*optional, "minimum_groups"], "off"))
    evidence = measured(shipments.labels, shipments.rate, shipments.rate, champion=shipments.truth, groups=None)
    checks = judge(evidence, off)
    assert [check.name for check in checks] == ["history", "rows"]
    assert verdict(checks, force=False).reasons == ("it passed every check that was asked for",)


def test_a_champion_need_not_be_beaten_where_being_no_worse_is_enough(shipments):
    s = shipments
    evidence = measured(s.labels, s.noisy(0.1), s.rate, champion=s.truth)
    assert failed(evidence) == ["gain_over_champion"]
    assert failed(evidence, GatePolicy(minimum_gain_over_champion=-0.05)) == []


def test_a_leak_that_could_not_be_measured_is_told_and_passes(shipments):
    evidence = replace(measured(shipments.labels, shipments.truth, shipments.rate), leakage=None)
    leakage = judge(evidence, POLICY)[-1]
    assert (leakage.name, leakage.value, leakage.passed) == ("leakage", None, True)
    assert "too few rows" in leakage.words


def test_small_slices_are_not_judged(shipments):
    terrible = SliceGain("Port", "small", 60, Figure(value=-2, low=-2.1, high=-1.9))
    evidence = replace(measured(shipments.labels, shipments.truth, shipments.rate), slices=(terrible,))
    assert failed(evidence) == ["slices_over_baseline"]
    assert failed(evidence, GatePolicy(minimum_slice_rows=61)) == []


def test_one_interval_stays_as_it_is_and_many_grow_as_bonferroni_says():
    figure = Figure(value=0.1, low=0.0, high=0.3)
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
