"""The gate's limits, which are settings."""

from typing import Annotated, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from delay_core.evaluation.slice_limits import MIN_SLICE_GROUPS, MIN_SLICE_ROWS
from delay_core.leakage import MAX_AUC_LOWER_BOUND

OFF = "off"


def _is_off(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() == OFF


_OFF = BeforeValidator(lambda value: None if _is_off(value) else value)
Limit = Annotated[float | None, _OFF]
"""A number; `off`, or nothing, switches its check off."""
Count = Annotated[int | None, _OFF]
SliceRows = Annotated[int, BeforeValidator(lambda value: MIN_SLICE_ROWS if _is_off(value) else value)]
"""A count; `off` is the least one: every slice that is measured is checked."""


class GatePolicy(BaseModel):
    """What a challenger must show. A gain is how much lower its log-loss is (nats), paired, with a 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    minimum_rows: Count = Field(
        default=50,
        ge=2,
        description="Test rows. With fewer that the champion cannot have learned from, all of them are compared.",
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
        description="The whole intervals of the gains over the historical and over the recent late rate are above it.",
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
    minimum_slice_rows: SliceRows = Field(
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


def describe_limit(name: str) -> str:
    """The allowed values of a limit, such as "a number from 0 to 1, or off"."""
    field = GatePolicy.model_fields[name]
    bounds = {
        kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "gt", "le") if hasattr(rule, kind)
    }
    kind = "a whole number" if int in (field.annotation, *get_args(field.annotation)) else "a number"
    if "ge" in bounds and "le" in bounds:
        allowed = f"{kind} from {bounds['ge']:g} to {bounds['le']:g}"
    elif "gt" in bounds:
        allowed = f"{kind} above {bounds['gt']:g}, at most {bounds['le']:g}"
    else:
        allowed = f"{kind} of at least {bounds['ge']:g}"
    return f"{allowed}, or {OFF}"
