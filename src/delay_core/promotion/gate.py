"""The gate: what was measured of a challenger, compared with the policy's limits, one check for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from delay_core.evaluation import Estimate, MetricEstimates, SliceResult, bonferroni_interval
from delay_core.promotion.champion_comparison import ChampionComparison
from delay_core.promotion.check import Check
from delay_core.promotion.policy import GatePolicy

BASELINE = "the historical late rate"
RECENT_RATE = "the recent late rate"
MAX_NAMED_SLICES = 3


@dataclass(frozen=True)
class GateInputs:
    """The challenger on its test rows, which are scored once, and what else was measured.

    `groups` is None where the schema groups no rows; `ece_noise_floor` where the policy does not need it; `leakage`
    where there were too few rows to measure it; `champion` where no version served before.
    """

    rows: int
    groups: int | None
    estimates: MetricEstimates
    gain_over_baseline: Estimate
    gain_over_recent: Estimate
    slices: tuple[SliceResult, ...]
    ece_noise_floor: float | None
    parity: float
    leakage: float | None
    was_rolled_back: bool
    champion: ChampionComparison | None


Rule = Callable[[GateInputs, GatePolicy], Check | None]
"""Returns its check, or None where the policy switches it off or there is nothing to check."""


def check_history(inputs: GateInputs, policy: GatePolicy) -> Check | None:  # noqa: ARG001 - it has no limit
    """A version that was rolled back is promoted by force only."""
    passed = not inputs.was_rolled_back
    message = (
        "it was never rolled back" if passed else "it was rolled back before and is not promoted again automatically"
    )
    return Check(name="history", value=None, limit=None, direction="at_most", passed=passed, message=message)


def check_training_data(inputs: GateInputs, policy: GatePolicy) -> Check | None:  # noqa: ARG001 - it has no limit
    """A model of older data, such as that of a backfill, replaces the champion by force only."""
    champion = inputs.champion
    if champion is None or champion.ends is None:
        return None
    ends, passed = champion.ends, champion.ends.lead >= 0
    if passed:
        message = f"its training data do not end before those of {champion.name}"
    else:
        challenger_end, champion_end = ends.texts
        message = f"its training data end {challenger_end}, before those of {champion.name}, which end {champion_end}"
    return Check(
        name="training_data", value=round(ends.lead, 6), limit=0.0, direction="at_least", passed=passed, message=message
    )


def check_gain_over_baseline(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """It is better than the historical late rate."""
    if policy.minimum_gain is None:
        return None
    return _check_gain("gain_over_baseline", inputs.gain_over_baseline, policy.minimum_gain, BASELINE)


def check_gain_over_recent(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """It is better than the recent late rate, which follows the outcomes: else following them needs no model."""
    if policy.minimum_gain is None:
        return None
    return _check_gain("gain_over_recent", inputs.gain_over_recent, policy.minimum_gain, RECENT_RATE)


def check_gain_over_champion(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """It is better than the champion."""
    name, champion, limit = "gain_over_champion", inputs.champion, policy.minimum_gain_over_champion
    if champion is None or limit is None:
        return None
    if champion.gain is not None:
        return _check_gain(name, champion.gain, limit, champion.name)
    message = f"{champion.name} needs columns that this schema does not have: {', '.join(champion.missing)}"
    return Check(name=name, value=None, limit=limit, direction="above", passed=False, message=message)


def _check_gain(name: str, gain: Estimate, limit: float, other: str) -> Check:
    passed = gain.low > limit
    if limit < 0:
        result = f"it {'is not' if passed else 'may be'} worse than {other} by more than {-limit:g}"
    else:
        margin = f" by more than {limit:g}" if limit else ""
        result = f"it {'beats' if passed else 'does not significantly beat'} {other}{margin}"
    message = f"{result}: log-loss lower by {gain}"
    return Check(name=name, value=gain, limit=limit, direction="above", passed=passed, message=message)


def check_rows(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """There are enough test rows."""
    rows, limit = inputs.rows, policy.minimum_rows
    if limit is None:
        return None
    passed = rows >= limit
    message = f"tested on {rows:,} shipments" if passed else f"{rows:,} test rows are too few: {limit:,} are needed"
    return Check(name="rows", value=rows, limit=limit, direction="at_least", passed=passed, message=message)


def check_groups(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """The test rows are from enough groups, where the schema groups rows."""
    groups, limit = inputs.groups, policy.minimum_groups
    if groups is None or limit is None:
        return None
    passed = groups >= limit
    count = f"its test rows are from {groups:,} group{'s' if groups > 1 else ''}"
    message = count if passed else f"{count}, which are too few: {limit:,} are needed"
    return Check(name="groups", value=groups, limit=limit, direction="at_least", passed=passed, message=message)


def check_calibration(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """Its calibration error is not much larger than chance explains."""
    noise_floor, limit = inputs.ece_noise_floor, policy.maximum_ece
    if noise_floor is None or limit is None:
        return None
    ece = inputs.estimates["ece"].value
    excess = round(max(ece - noise_floor, 0.0), 6)
    passed = excess <= limit
    result = "well calibrated" if passed else f"badly calibrated, by more than {limit:g} beyond chance"
    error = f"calibration error {ece:.3f}, of which chance explains {min(ece, noise_floor):.3f}"
    message = f"its probabilities are {result}: {error}"
    return Check(name="calibration", value=excess, limit=limit, direction="at_most", passed=passed, message=message)


def check_slices_over_baseline(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """It is in no slice much worse than the historical late rate."""
    return _check_slices("slices_over_baseline", inputs.slices, policy, BASELINE)


def check_slices_over_champion(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """It is in no slice much worse than the champion."""
    if inputs.champion is None or inputs.champion.missing:
        return None
    return _check_slices("slices_over_champion", inputs.champion.slices, policy, inputs.champion.name)


def _check_slices(name: str, slices: Sequence[SliceResult], policy: GatePolicy, other: str) -> Check | None:
    """The value is the gain on the worst slice.

    Intervals are widened so that all of them hold together in 95 of 100 cases, not each alone.
    """
    max_loss, min_rows = policy.maximum_slice_loss, policy.minimum_slice_rows
    if max_loss is None:
        return None
    limit = 0.0 - max_loss
    large = [result for result in slices if result.rows >= min_rows]
    if not large:
        message = f"no slice has {min_rows} test rows, so none was compared with {other}"
        return Check(name=name, value=None, limit=limit, direction="at_least", passed=True, message=message)
    gains = [(result, bonferroni_interval(result.gain, len(large))) for result in large]
    gains.sort(key=lambda result_and_gain: result_and_gain[1].high)
    worse = [_describe_loss(result, gain) for result, gain in gains if gain.high < limit]
    if worse:
        more = f"; and {len(worse) - MAX_NAMED_SLICES} more" if len(worse) > MAX_NAMED_SLICES else ""
        where = f"{'; '.join(worse[:MAX_NAMED_SLICES])}{more}"
        message = f"it is significantly worse than {other} by more than {max_loss:g} where {where}"
    else:
        message = f"in none of {len(large)} slices significantly worse than {other} by more than {max_loss:g}"
    worst = gains[0][1]
    return Check(name=name, value=worst, limit=limit, direction="at_least", passed=not worse, message=message)


def _describe_loss(result: SliceResult, gain: Estimate) -> str:
    loss = Estimate(value=-gain.value, low=-gain.high, high=-gain.low)
    return f"{result.column} is {result.value} ({result.rows:,} rows, log-loss higher by {loss})"


def check_parity(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """ONNX gives the probabilities of the fitted model."""
    parity, limit = inputs.parity, policy.maximum_parity
    if limit is None:
        return None
    passed = parity <= limit
    message = f"ONNX and the fitted model differ by at most {parity:.1e}; {limit:g} is allowed"
    return Check(name="parity", value=parity, limit=limit, direction="at_most", passed=passed, message=message)


def check_leakage(inputs: GateInputs, policy: GatePolicy) -> Check | None:
    """No column, or pair of columns, predicts the outcome too well."""
    leakage, limit = inputs.leakage, policy.maximum_leakage
    if limit is None:
        return None
    passed = leakage is None or leakage <= limit
    if leakage is None:
        message = "there were too few rows to measure leakage"
    else:
        subject = "no column, or pair of columns, predicts" if passed else "a column, or pair of columns, predicts"
        message = f"{subject} the outcome too well: the largest lower bound of a ROC-AUC is {leakage:.3f}"
    return Check(name="leakage", value=leakage, limit=limit, direction="at_most", passed=passed, message=message)


RULES: tuple[Rule, ...] = (
    check_history,
    check_training_data,
    check_gain_over_baseline,
    check_gain_over_recent,
    check_gain_over_champion,
    check_rows,
    check_groups,
    check_calibration,
    check_slices_over_baseline,
    check_slices_over_champion,
    check_parity,
    check_leakage,
)
"""Every rule of the gate, in the order of the tables."""


def run_checks(inputs: GateInputs, policy: GatePolicy, rules: Sequence[Rule] = RULES) -> tuple[Check, ...]:
    """The check of every rule; one that fails does not skip the others."""
    checks = (rule(inputs, policy) for rule in rules)
    return tuple(check for check in checks if check is not None)
