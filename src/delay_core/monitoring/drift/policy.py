"""The limits of drift, which are settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(gt=0, le=1)]


class DriftPolicy(BaseModel):
    """When a window has enough data, and when a column has drifted."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    minimum_rows: int = Field(
        default=200, ge=50, description="Rows of a window. With fewer, its status is not enough data, without a score."
    )
    minimum_groups: int = Field(
        default=50, ge=20, description="Groups among the rows of a window: rows of one group say almost the same."
    )
    alpha: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="The share of false ones among the columns that are reported as drifted (Benjamini and Hochberg).",
    )
    minimum_number_effect: Share = Field(
        default=0.08,
        description="A numeric column, or the prediction, drifts from this Kolmogorov-Smirnov distance on.",
    )
    minimum_category_effect: Share = Field(
        default=0.06, description="A categorical column drifts from this total variation distance on."
    )
    minimum_missing_effect: Share = Field(
        default=0.05, description="A column drifts if its share of missing values differs by at least this."
    )
