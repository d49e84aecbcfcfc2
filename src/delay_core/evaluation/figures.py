"""What a model scored, as value objects."""

from pydantic import BaseModel, ConfigDict

FIGURES = ("roc_auc", "pr_auc", "brier", "log_loss", "ece")


class Estimate(BaseModel):
    """A figure with its 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


class MetricEstimates(BaseModel):
    """The five figures of one model on one set of rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    roc_auc: Estimate
    pr_auc: Estimate
    brier: Estimate
    log_loss: Estimate
    ece: Estimate

    def flat(self, prefix: str) -> dict[str, float]:
        """`prefix.roc_auc`, `prefix.roc_auc.low` …, for a tracker."""
        parts = {"": "value", ".low": "low", ".high": "high"}
        return {f"{prefix}.{n}{end}": getattr(getattr(self, n), part) for n in FIGURES for end, part in parts.items()}
