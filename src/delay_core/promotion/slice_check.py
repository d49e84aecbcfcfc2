"""Whether a model that is good all in all is surely bad somewhere."""

from collections.abc import Sequence
from statistics import NormalDist

from delay_core.evaluation import Estimate
from delay_core.promotion.check import Check
from delay_core.promotion.evidence import SliceGain
from delay_core.promotion.policy import GatePolicy

NAMED = 3
"""So many slices are named in a sentence."""


def slice_check(name: str, slices: Sequence[SliceGain], policy: GatePolicy, other: str) -> Check:
    """No slice of enough rows is surely worse than the other by more than the limit; the value is the worst one's.

    Intervals are widened so that all of them hold together in 95 of 100 cases, not each by itself.
    """
    limit = 0.0 - (policy.maximum_slice_loss or 0.0)
    judged = [part for part in slices if part.rows >= policy.minimum_slice_rows]
    if not judged:
        words = f"no slice has {policy.minimum_slice_rows} test rows, so none was compared with {other}"
        return Check(name=name, value=None, limit=limit, passed=True, words=words)
    widened = {part: widen(part.gain, len(judged)) for part in judged}
    ordered = sorted(judged, key=lambda part: widened[part].high)
    worse = [part for part in ordered if widened[part].high < limit]
    value = widened[ordered[0]]
    if not worse:
        words = f"in none of {len(judged)} slices surely worse than {other} by more than {-limit:g}"
        return Check(name=name, value=value, limit=limit, passed=True, words=words)
    told = "; ".join(_told(part, widened[part]) for part in worse[:NAMED])
    more = f"; and {len(worse) - NAMED} more" if len(worse) > NAMED else ""
    words = f"it is surely worse than {other} by more than {-limit:g} where {told}{more}"
    return Check(name=name, value=value, limit=limit, passed=False, words=words)


def _told(part: SliceGain, gain: Estimate) -> str:
    loss = Estimate(value=-gain.value, low=-gain.high, high=-gain.low)
    return f"{part.column} is {part.value} ({part.rows:,} rows, log-loss higher by {loss})"


def widen(figure: Estimate, of: int) -> Estimate:
    """The interval that, as one of so many, keeps all of them together at 95 % (Bonferroni, by normal quantiles).

    300 resamples know nothing of the quantiles beyond 1 in 300, so theirs at 95 % are stretched.
    """
    normal = NormalDist()
    factor = normal.inv_cdf(1 - 0.025 / of) / normal.inv_cdf(0.975)
    low, high = (figure.value + (end - figure.value) * factor for end in (figure.low, figure.high))
    return Estimate(value=figure.value, low=round(low, 6), high=round(high, 6))
