"""The gate itself: evidence against limits, a check each."""

from collections.abc import Iterator

from delay_core.evaluation import Estimate
from delay_core.promotion.check import Check
from delay_core.promotion.evidence import ChampionComparison, GateInputs
from delay_core.promotion.policy import GatePolicy
from delay_core.promotion.slice_check import slice_check

BASELINE = "the historical late rate"


def judge(evidence: GateInputs, policy: GatePolicy) -> tuple[Check, ...]:
    """Every check that the policy asks for and the evidence allows, in the order that people ask; none is left out."""
    return tuple(_checks(evidence, policy))


def _checks(found: GateInputs, policy: GatePolicy) -> Iterator[Check]:
    yield _history(withdrawn=found.withdrawn)
    if policy.minimum_gain is not None:
        yield _gain("gain_over_baseline", found.gain_over_baseline, policy.minimum_gain, BASELINE)
    if found.champion is not None and policy.minimum_gain_over_champion is not None:
        yield _gain_over_champion(found.champion, policy.minimum_gain_over_champion)
    yield _rows(found.rows, policy.minimum_rows)
    if found.groups is not None and policy.minimum_groups is not None:
        yield _groups(found.groups, policy.minimum_groups)
    if policy.maximum_ece is not None and found.chance_ece is not None:
        yield _calibration(found.figures["ece"].value, found.chance_ece, policy.maximum_ece)
    if policy.maximum_slice_loss is not None:
        yield slice_check("slices_over_baseline", found.slices, policy, BASELINE)
        if found.champion is not None and not found.champion.missing:
            yield slice_check("slices_over_champion", found.champion.slices, policy, _named(found.champion))
    if policy.maximum_parity is not None:
        yield _parity(found.parity, policy.maximum_parity)
    if policy.maximum_leakage is not None:
        yield _leakage(found.leakage, policy.maximum_leakage)


def _gain(name: str, gain: Estimate, limit: float, other: str) -> Check:
    passed = gain.low > limit
    if limit < 0:
        told = f"it is {'surely' if passed else 'not surely'} no worse than {other} by more than {-limit:g}"
    else:
        told = (
            f"it {'beats' if passed else 'does not surely beat'} {other}{f' by more than {limit:g}' if limit else ''}"
        )
    return Check(name=name, value=gain, limit=limit, passed=passed, words=f"{told}: log-loss lower by {gain}")


def _gain_over_champion(meeting: ChampionComparison, limit: float) -> Check:
    name, champion = "gain_over_champion", _named(meeting)
    if meeting.gain is not None:
        return _gain(name, meeting.gain, limit, champion)
    words = f"{champion} needs {', '.join(meeting.missing)}: not comparable"
    return Check(name=name, value=None, limit=limit, passed=False, words=words)


def _named(meeting: ChampionComparison) -> str:
    return f"the champion (version {meeting.version})"


def _rows(rows: int, limit: int) -> Check:
    words = (
        f"tested on {rows:,} shipments" if rows >= limit else f"{rows:,} test rows tell too little: {limit:,} needed"
    )
    return Check(name="rows", value=rows, limit=limit, passed=rows >= limit, words=words)


def _groups(groups: int, limit: int) -> Check:
    passed = groups >= limit
    told = f"its test rows are of {groups:,} group{'s' if groups > 1 else ''}"
    words = told if passed else f"{told}, which tell too little: {limit:,} needed"
    return Check(name="groups", value=groups, limit=limit, passed=passed, words=words)


def _calibration(ece: float, chance: float, limit: float) -> Check:
    beyond = round(max(ece - chance, 0.0), 6)
    found = f"calibration error {ece:.3f}, of which chance explains {min(ece, chance):.3f}"
    told = "well calibrated" if beyond <= limit else f"badly calibrated, by more than {limit:g} beyond chance"
    words = f"its probabilities are {told}: {found}"
    return Check(name="calibration", value=beyond, limit=limit, passed=beyond <= limit, words=words)


def _parity(parity: float, limit: float) -> Check:
    words = f"ONNX and the fitted model differ by {parity:.1e} at most; {limit:g} is allowed"
    return Check(name="parity", value=parity, limit=limit, passed=parity <= limit, words=words)


def _leakage(leakage: float | None, limit: float) -> Check:
    if leakage is None:
        words = "too few rows to measure whether a column knows the answer"
        return Check(name="leakage", value=None, limit=limit, passed=True, words=words)
    passed = leakage <= limit
    who = "no column, or pair of columns, knows" if passed else "a column, or pair of columns, knows"
    words = f"{who} the answer: the most telling has a ROC-AUC of surely {leakage:.3f}"
    return Check(name="leakage", value=leakage, limit=limit, passed=passed, words=words)


def _history(*, withdrawn: bool) -> Check:
    words = (
        "it was rolled back before, and is not promoted again by itself" if withdrawn else "it was never rolled back"
    )
    return Check(name="history", value=None, limit=None, passed=not withdrawn, words=words)
