"""What decisions remember of the windows before."""

from pydantic import BaseModel, ConfigDict

from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.policy.judgment import Judgment


class PolicyState(BaseModel):
    """The state after a window; as JSON it is the input of the next one.

    `calm_windows` in a row count towards recovery. `drift_runs` are the windows in a row in which a column drifted.
    `prediction_drift_run` is the same of the probabilities. `watched` are the columns that drifted since the present
    watch began, with the probabilities as PREDICTION.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    severity: Severity = Severity.NONE
    calm_windows: int = 0
    drift_runs: dict[str, int] = {}
    prediction_drift_run: int = 0
    watched: tuple[str, ...] = ()

    def after(self, judged: Judgment) -> "PolicyState":
        """The state with what was decided."""
        update = {"severity": judged.severity, "calm_windows": judged.calm_windows, "watched": judged.watched}
        return self.model_copy(update=update)
