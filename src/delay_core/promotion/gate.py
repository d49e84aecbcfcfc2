"""The gate: what was measured of a challenger, compared with the policy's limits, one check for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from delay_core.evaluation import Estimate, MetricEstimates, SliceResult, bonferroni_interval
from delay_core.promotion.check import Check
from delay_core.promotion.policy import GatePolicy

BASELINE = "the historical late rate"
MAX_NAMED_SLICES = 3


@dataclass(frozen=True)
class ChampionComparison:
    """Challenger and champion on the same rows.

    `missing` are columns that the champion needs and the challenger's schema does not have: then the two are not
    compared.
    """

    version: int
    rows: int | None = None
    gain: Estimate | None = None
    slices: tuple[SliceResult, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def champion(self) -> str:
        """The champion as messages name it."""
        return f"the champion (version {self.version})"


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
    slices: tuple[SliceResult, ...]
    ece_noise_floor: float | None
    parity: float
    leakage: float | None
    was_rolled_back: bool
    champion: ChampionComparison | None


class GateResult(NamedTuple):
    """Whether the challenger serves, whether the gate let it pass or a person forced it, and the reasons."""

    promoted: bool
    trigger: Literal["gate", "forced"]
    reasons: tuple[str, ...]


def run_checks(inputs: GateInputs, policy: GatePolicy) -> tuple[Check, ...]:
    """Every check that the policy asks for and the inputs allow; a check that fails does not skip the others."""
    return tuple(_checks(inputs, policy))


def decide_promotion(checks: Sequence[Check], *, force: bool) -> GateResult:
    """Promote if every check passed, or by force; then the reasons name each check that failed."""
    failures = tuple(check.message for check in checks if not check.passed)
    if failures and force:
        return GateResult(True, "forced", tuple(f"forced although {message}" for message in failures))
    if failures:
        return GateResult(False, "gate", failures)
    gains = tuple(check.message for check in checks if check.name in ("gain_over_baseline", "gain_over_champion"))
    return GateResult(True, "gate", gains or ("it passed every check",))


def _checks(inputs: GateInputs, policy: GatePolicy) -> Iterator[Check]:
    champion = inputs.champion
    yield _check_history(was_rolled_back=inputs.was_rolled_back)
    if policy.minimum_gain is not None:
        yield _check_gain("gain_over_baseline", inputs.gain_over_baseline, policy.minimum_gain, BASELINE)
    if champion is not None and policy.minimum_gain_over_champion is not None:
        yield _check_gain_over_champion(champion, policy.minimum_gain_over_champion)
    yield _check_rows(inputs.rows, policy.minimum_rows)
    if inputs.groups is not None and policy.minimum_groups is not None:
        yield _check_groups(inputs.groups, policy.minimum_groups)
    if inputs.ece_noise_floor is not None and policy.maximum_ece is not None:
        yield _check_calibration(inputs.estimates["ece"].value, inputs.ece_noise_floor, policy.maximum_ece)
    if policy.maximum_slice_loss is not None:
        min_rows, max_loss = policy.minimum_slice_rows, policy.maximum_slice_loss
        yield _check_slices("slices_over_baseline", inputs.slices, min_rows, max_loss, BASELINE)
        if champion is not None and not champion.missing:
            yield _check_slices("slices_over_champion", champion.slices, min_rows, max_loss, champion.champion)
    if policy.maximum_parity is not None:
        yield _check_parity(inputs.parity, policy.maximum_parity)
    if policy.maximum_leakage is not None:
        yield _check_leakage(inputs.leakage, policy.maximum_leakage)


def _check_history(*, was_rolled_back: bool) -> Check:
    message = (
        "it was rolled back before and is not promoted again automatically"
        if was_rolled_back
        else "it was never rolled back"
    )
    return Check(
        name="history", value=None, limit=None, direction="at_most", passed=not was_rolled_back, message=message
    )


def _check_gain(name: str, gain: Estimate, limit: float, other: str) -> Check:
    passed = gain.low > limit
    if limit < 0:
        result = f"it {'is not' if passed else 'may be'} worse than {other} by more than {-limit:g}"
    else:
        margin = f" by more than {limit:g}" if limit else ""
        result = f"it {'beats' if passed else 'does not significantly beat'} {other}{margin}"
    message = f"{result}: log-loss lower by {gain}"
    return Check(name=name, value=gain, limit=limit, direction="above", passed=passed, message=message)


def _check_gain_over_champion(comparison: ChampionComparison, limit: float) -> Check:
    name, champion = "gain_over_champion", comparison.champion
    if comparison.gain is not None:
        return _check_gain(name, comparison.gain, limit, champion)
    message = f"{champion} needs columns that this schema does not have: {', '.join(comparison.missing)}"
    return Check(name=name, value=None, limit=limit, direction="above", passed=False, message=message)


def _check_rows(rows: int, limit: int) -> Check:
    passed = rows >= limit
    message = f"tested on {rows:,} shipments" if passed else f"{rows:,} test rows are too few: {limit:,} are needed"
    return Check(name="rows", value=rows, limit=limit, direction="at_least", passed=passed, message=message)


def _check_groups(groups: int, limit: int) -> Check:
    passed = groups >= limit
    count = f"its test rows are from {groups:,} group{'s' if groups > 1 else ''}"
    message = count if passed else f"{count}, which are too few: {limit:,} are needed"
    return Check(name="groups", value=groups, limit=limit, direction="at_least", passed=passed, message=message)


def _check_calibration(ece: float, noise_floor: float, limit: float) -> Check:
    excess = round(max(ece - noise_floor, 0.0), 6)
    passed = excess <= limit
    result = "well calibrated" if passed else f"badly calibrated, by more than {limit:g} beyond chance"
    error = f"calibration error {ece:.3f}, of which chance explains {min(ece, noise_floor):.3f}"
    message = f"its probabilities are {result}: {error}"
    return Check(name="calibration", value=excess, limit=limit, direction="at_most", passed=passed, message=message)


def _check_slices(name: str, slices: Sequence[SliceResult], min_rows: int, max_loss: float, other: str) -> Check:
    """No slice of enough rows is significantly worse than the other model by more than `max_loss`.

    The value is the gain on the worst slice. Intervals are widened so that all of them hold together in 95 of 100
    cases, not each alone.
    """
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
    return Check(name=name, value=gains[0][1], limit=limit, direction="at_least", passed=not worse, message=message)


def _describe_loss(result: SliceResult, gain: Estimate) -> str:
    loss = Estimate(value=-gain.value, low=-gain.high, high=-gain.low)
    return f"{result.column} is {result.value} ({result.rows:,} rows, log-loss higher by {loss})"


def _check_parity(parity: float, limit: float) -> Check:
    message = f"ONNX and the fitted model differ by at most {parity:.1e}; {limit:g} is allowed"
    return Check(name="parity", value=parity, limit=limit, direction="at_most", passed=parity <= limit, message=message)


def _check_leakage(leakage: float | None, limit: float) -> Check:
    passed = leakage is None or leakage <= limit
    if leakage is None:
        message = "there were too few rows to measure leakage"
    else:
        subject = "no column, or pair of columns, predicts" if passed else "a column, or pair of columns, predicts"
        message = f"{subject} the outcome too well: the largest lower bound of a ROC-AUC is {leakage:.3f}"
    return Check(name="leakage", value=leakage, limit=limit, direction="at_most", passed=passed, message=message)
