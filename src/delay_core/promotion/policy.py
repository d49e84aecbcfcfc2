"""The gate's limits, which are settings."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from delay_core.evaluation.slices import MIN_SLICE_GROUPS, MIN_SLICE_ROWS
from delay_core.leakage import MAX_AUC_LOWER_BOUND

_OFF = BeforeValidator(lambda value: None if value == "off" else value)
Limit = Annotated[float | None, _OFF]
"""A number; `off`, or nothing, switches its check off."""
Count = Annotated[int | None, _OFF]


class GatePolicy(BaseModel):
    """What a challenger must show. A gain is how much lower its log-loss is (nats), paired, with a 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    minimum_rows: int = Field(
        default=50, ge=2, description="Test rows. With fewer in common, champion and challenger are not compared."
    )
    minimum_groups: Count = Field(
        default=MIN_SLICE_GROUPS,
        ge=2,
        description="Groups among the test rows, where the schema groups rows: what fewer groups show may be chance.",
    )
    minimum_gain: Limit = Field(
        default=0.0,
        ge=0,
        le=1,
        description="The whole interval of the gain over the historical late rate is above it.",
    )
    minimum_gain_over_champion: Limit = Field(
        default=0.0,
        ge=-1,
        le=1,
        description="The same for the champion. Below 0, the challenger may be worse, but not by more than that.",
    )
    maximum_ece: Limit = Field(
        default=0.05,
        ge=0,
        le=1,
        description="How far the calibration error may exceed what chance alone explains. Few rows show an error even "
        "if every probability is true: 150 rows show .1. So the 95 % quantile of the error of true probabilities is "
        "subtracted first.",
    )
    maximum_slice_loss: Limit = Field(
        default=0.02,
        ge=0,
        le=10,
        description="In no slice is the log-loss significantly higher, by more than this, than that of the historical "
        "late rate or of the champion. Intervals are widened for the number of slices (Bonferroni), so that many "
        "slices do not refuse an honest model by chance.",
    )
    minimum_slice_rows: int = Field(
        default=MIN_SLICE_ROWS, ge=MIN_SLICE_ROWS, description="Slices with fewer rows are not checked."
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
