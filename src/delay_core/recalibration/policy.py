"""The limits of a recalibration, which are settings."""

from pydantic import BaseModel, ConfigDict, Field


class RecalibrationPolicy(BaseModel):
    """How many known outcomes a recalibration needs and reads, and how small a change is not worth a version."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    minimum_outcomes: int = Field(
        default=100, ge=50, description="Known outcomes of shipments on which nobody acted; with fewer, none is tried."
    )
    maximum_outcomes: int = Field(
        default=2000, ge=200, description="The latest known outcomes that are read; older ones say nothing of today."
    )
    minimum_change: float = Field(
        default=0.01,
        ge=0,
        le=1,
        description="A smaller mean change of probabilities, or share of label sets that change, is no new version.",
    )
