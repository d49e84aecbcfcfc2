"""The gate's limits, each of which can be set."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from delay_core.evaluation.slices import MIN_SLICE_GROUPS, MIN_SLICE_ROWS
from delay_core.leakage import MAX_AUC_LOWER_BOUND

Limit = Annotated[float | None, BeforeValidator(lambda value: None if value == "off" else value)]
"""A number; `off`, or nothing, switches its check off."""
Count = Annotated[int | None, BeforeValidator(lambda value: None if value == "off" else value)]


class GatePolicy(BaseModel):
    """What a challenger must show. Gains are how much lower its log-loss is (nats), paired, with a 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    minimum_rows: int = Field(
        default=50, ge=2, description="Test rows; with fewer in common, champion and challenger are not compared."
    )
    minimum_groups: Count = Field(
        default=MIN_SLICE_GROUPS,
        ge=2,
        description="Groups among the test rows, where the schema groups rows: what fewer show may be chance.",
    )
    minimum_gain: Limit = Field(
        default=0.0,
        ge=0,
        le=1,
        description="The whole interval of the gain over the historical late rate lies above it.",
    )
    minimum_gain_over_champion: Limit = Field(
        default=0.0,
        ge=-1,
        le=1,
        description="The same over the champion. Below 0, it is enough to be surely no worse by more than that.",
    )
    maximum_ece: Limit = Field(
        default=0.05,
        ge=0,
        le=1,
        description="How far the calibration error may exceed what chance alone explains. Few rows show an error "
        "however true the probabilities: 150 show .1. So the ECE that 95 % of such tables stay below, were every "
        "probability true, is taken off first.",
    )
    maximum_slice_loss: Limit = Field(
        default=0.02,
        ge=0,
        le=10,
        description="In no slice is the log-loss surely higher by more than this, than the historical late rate's or "
        "the champion's. Intervals are widened for the number of slices (Bonferroni): many do not refuse an honest "
        "model by chance.",
    )
    minimum_slice_rows: int = Field(
        default=MIN_SLICE_ROWS, ge=MIN_SLICE_ROWS, description="Slices of fewer rows are not judged."
    )
    maximum_parity: Limit = Field(
        default=1e-5, gt=0, le=1, description="How far ONNX and the fitted model may differ in a probability."
    )
    maximum_leakage: Limit = Field(
        default=MAX_AUC_LOWER_BOUND,
        ge=0.5,
        le=1,
        description="The lower bound of an out-of-fold ROC-AUC that a column, or a pair of columns, may reach.",
    )
