"""One thing that the gate looked at."""

from pydantic import BaseModel, ConfigDict

from delay_core.evaluation import Estimate


class Check(BaseModel):
    """What was found, what was allowed, and a sentence about it.

    `value` is None where there is nothing to measure; `limit` where there is no number to keep to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    value: Estimate | float | None
    limit: float | None
    passed: bool
    words: str

    def flat(self) -> dict[str, float]:
        """`name.passed` as 0 or 1, `name.value`, `name.low`, `name.high`, `name.limit`, for a tracker."""
        found: dict[str, float | None] = {"passed": float(self.passed), "limit": self.limit}
        if isinstance(self.value, Estimate):
            found |= {"value": self.value.value, "low": self.value.low, "high": self.value.high}
        else:
            found["value"] = self.value
        return {f"{self.name}.{part}": number for part, number in found.items() if number is not None}
