"""The limits of monitoring, which are settings."""

from math import log
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from delay_core.monitoring.loss_test import LossTest


class MonitoringPolicy(BaseModel):
    """When people are paged, and when only a note is made. A window counts if outcomes became due in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    false_alarm_budget: float = Field(
        default=0.05,
        gt=0,
        le=0.5,
        description="The probability that people are ever paged about a version whose probabilities stay true.",
    )
    lifetime_windows: int = Field(
        default=365,
        ge=1,
        le=1_000_000,
        description="Windows that a version is expected to serve. It may serve longer: later changes then need more "
        "outcomes. The false-alarm budget holds for any number of windows.",
    )
    tolerance: float = Field(
        default=0.05,
        ge=0,
        le=2,
        description="How far true probabilities may differ from the served ones without harm, in log-odds: .05 is 1.2 "
        "points at 50 %, .5 points at 10 %.",
    )
    minimum_known_outcomes: int = Field(
        default=100, ge=1, le=1_000_000, description="Outcomes of a version, before anyone is paged."
    )
    recovery_evidence: float = Field(
        default=1.0, gt=0, le=1, description="The evidence at or below which a window counts towards recovery."
    )
    recovery_windows: int = Field(
        default=3, ge=1, le=1_000, description="Windows in a row that must be calm before a page is withdrawn."
    )
    watch_recovery_windows: int = Field(
        default=14,
        ge=1,
        le=1_000,
        description="Windows in a row in which none of the columns of a watch may drift before it ends. More than "
        "recovery_windows: a column near its limit drifts in some windows, and would be watched again and again.",
    )
    drift_windows: int = Field(
        default=3, ge=1, le=1_000, description="Windows in a row in which a column must drift before it is watched."
    )

    def create_loss_test(
        self, probabilities: "NDArray[np.float64]", late: "NDArray[np.int8]", groups: "NDArray[np.int64]"
    ) -> "LossTest":
        """The test for a version with these held-out reference rows [rows]. Raises ValueError without rows."""
        from delay_core.monitoring.loss_test import LossTest, fit_tolerance_band  # noqa: PLC0415 - settings need no NumPy

        if not len(probabilities):
            raise ValueError("the reference has no rows; train again")
        mean = float(probabilities.mean())
        return LossTest(
            band=fit_tolerance_band(self.tolerance, probabilities, late, groups),
            center=log(mean / (1 - mean)),
            lifetime=self.lifetime_windows,
        )
