"""GET /monitoring."""

from typing import Annotated, Any, Literal

from pydantic import Field

from delay_core.monitoring.decision_reason import ReasonCode
from entrypoints.api.schemas.base import ApiModel, UtcTime


class MonitoringReason(ApiModel):
    """Why a decision is as it is."""

    code: ReasonCode
    params: dict[str, Any]
    text: str


class MonitoringWindow(ApiModel):
    """The decision about one model version in one window, and what it is based on."""

    model_version: int
    window_start: UtcTime
    window_end: UtcTime
    as_of: Annotated[UtcTime, Field(description="Performance counts outcomes that were recorded by then.")]
    rows: Annotated[int, Field(ge=0, description="Predictions in the window.")]
    sampled_rows: Annotated[int, Field(ge=0, description="Those that were measured; of a large window, a sample.")]
    severity: Literal["none", "watch", "retrain", "roll back"]
    reasons: list[MonitoringReason]
    evidence: Annotated[float, Field(ge=0, description="E-value of the loss test over the life of the version.")]
    known_outcomes: int
    change_point: Annotated[UtcTime | None, Field(description="Start of the window in which the harm began.")]
    changed: Annotated[bool, Field(description="Whether the severity is another one than in the window before.")]
    drift: Annotated[dict[str, Any] | None, Field(description="Drift by column; null without predictions.")]
    performance: Annotated[
        dict[str, Any] | None, Field(description="Realized and estimated figures; null without predictions.")
    ]


class Monitoring(ApiModel):
    """The newest windows first; the first one has the current decision."""

    model_name: str
    windows: list[MonitoringWindow]
