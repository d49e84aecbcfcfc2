"""A figure with its interval."""

from statistics import NormalDist

from pydantic import BaseModel, ConfigDict


class Estimate(BaseModel):
    """A figure with its 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bonferroni_interval(estimate: Estimate, comparisons: int) -> Estimate:
    """The estimate with an interval so wide that the intervals of all `comparisons` hold together at 95 %.

    The 95 % interval is stretched by the ratio of normal quantiles, because 300 resamples do not reach quantiles
    beyond 1 in 300.
    """
    normal = NormalDist()
    factor = normal.inv_cdf(1 - 0.025 / comparisons) / normal.inv_cdf(0.975)
    low, high = (estimate.value + (end - estimate.value) * factor for end in (estimate.low, estimate.high))
    return Estimate(value=estimate.value, low=round(low, 6), high=round(high, 6))
