"""One check of the gate: a measured value, its limit, and whether it passed."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from delay_core.evaluation import Estimate

Direction = Literal["above", "at_least", "at_most"]

_DIRECTIONS: dict[str, Direction] = {
    "gain_over_baseline": "above",
    "gain_over_champion": "above",
    "rows": "at_least",
    "groups": "at_least",
    "slices_over_baseline": "at_least",
    "slices_over_champion": "at_least",
}
"""Of checks that were recorded before checks had a direction; that of the others is `at_most`."""


class Check(BaseModel):
    """A measured value, compared with its limit.

    `value` is None where there is nothing to measure, `limit` where there is no number to compare with. `direction` is
    how the value must relate to the limit to pass. In JSON the message is `words`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
    name: str
    value: Estimate | float | None
    limit: float | None
    passed: bool
    message: str = Field(alias="words")
    direction: Direction

    @model_validator(mode="before")
    @classmethod
    def _add_direction(cls, content: Any) -> Any:
        if isinstance(content, dict) and "direction" not in content:
            return {**content, "direction": _DIRECTIONS.get(content.get("name", ""), "at_most")}
        return content

    def flatten(self) -> dict[str, float]:
        """`name.passed` as 0 or 1, `name.value`, `name.low`, `name.high`, `name.limit`, for an experiment tracker."""
        numbers: dict[str, float | None] = {"passed": float(self.passed), "limit": self.limit}
        if isinstance(self.value, Estimate):
            numbers |= {"value": self.value.value, "low": self.value.low, "high": self.value.high}
        else:
            numbers["value"] = self.value
        return {f"{self.name}.{part}": number for part, number in numbers.items() if number is not None}
