"""The decision about a version, and what the record of decisions implies."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, model_validator

from delay_core.errors import ServingChanged
from delay_core.evaluation import Estimate
from delay_core.promotion.check import Check
from delay_core.promotion.policy import GatePolicy

MANUAL_REASON = "the alias was set by hand"
GAIN_CHECKS = ("gain_over_baseline", "gain_over_recent", "gain_over_champion")
"""The checks whose messages are the reasons of a promotion."""
Trigger = Literal["gate", "forced", "manual", "rollback", "recalibration"]


class Decision(BaseModel):
    """What was decided about a version, with every number that the decision is based on.

    It holds no times: the record adds them. Decisions that were recorded before a field existed are read, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: Literal["promoted", "refused", "rolled_back"]
    name: str
    version: int
    digest: str
    replaced: int | None = None
    """The version that served before, where the action changed it."""
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    """The reasons that are not the message of a check."""
    gain_over_baseline: Estimate | None = None
    gain_over_champion: Estimate | None = None
    compared_rows: int | None = None
    checks: tuple[Check, ...] = ()
    policy: GatePolicy | None = None
    trigger: Trigger
    """Who decided: the gate, a person against the gate, a person who set the alias, a rollback, a recalibration.

    A refused recalibration is about the version that stays as it is, a promoted one about the new version.
    """
    forced: bool = False
    """Whether it was promoted without passing the gate; follows from the trigger."""

    @property
    def changes_serving(self) -> bool:
        """Whether another version serves because of it."""
        return self.action != "refused"

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        completed = content if "trigger" in content else _upgrade(content)
        return {**completed, "forced": completed["trigger"] in ("forced", "manual")}


class GateResult(NamedTuple):
    """Whether the challenger serves, whether the gate let it pass or a person forced it, and the reasons."""

    promoted: bool
    trigger: Literal["gate", "forced"]
    reasons: tuple[str, ...]


def decide_promotion(checks: Sequence[Check], *, force: bool) -> GateResult:
    """Promote if every check passed, or by force; then the reasons name each check that failed."""
    failures = tuple(check.message for check in checks if not check.passed)
    if failures and force:
        return GateResult(True, "forced", tuple(f"forced although {message}" for message in failures))
    if failures:
        return GateResult(False, "gate", failures)
    gains = tuple(check.message for check in checks if check.name in GAIN_CHECKS)
    return GateResult(True, "gate", gains or ("it passed every check",))


def latest_change(decisions: Sequence[Decision]) -> Decision | None:
    """The newest decision that changed which version serves."""
    return next((decision for decision in reversed(decisions) if decision.changes_serving), None)


def refuse_outdated(decision: Decision, later: Sequence[Decision]) -> None:
    """Raise ServingChanged if the decision changes which version serves, and so does one that was recorded later.

    `later` was recorded since the decision was based on the record, oldest first.
    """
    latest = latest_change(later)
    if decision.changes_serving and latest is not None:
        raise serving_changed(decision.name, latest.version)


def serving_changed(name: str, version: int | None) -> ServingChanged:
    """The error that names the version that serves by another change; None if no version serves."""
    serving = "no version" if version is None else f"version {version}"
    return ServingChanged(
        f"another change, to {serving} of {name}, came first; "
        "see `delay decisions`, and repeat this change if it is still right"
    )


def was_rolled_back(decisions: Sequence[Decision], version: int) -> bool:
    """Whether the newest decision that moved this version took it out of service."""
    for decision in reversed(decisions):
        if decision.action == "promoted" and decision.version == version:
            return False
        if decision.action == "rolled_back" and decision.replaced == version:
            return True
    return False


def was_recalibrated(decisions: Sequence[Decision], version: int) -> bool:
    """Whether a recalibration let this version serve when it was last promoted."""
    for decision in reversed(decisions):
        if decision.action == "promoted" and decision.version == version:
            return decision.trigger == "recalibration"
    return False


def predecessor(decisions: Sequence[Decision], version: int) -> int | None:
    """The version that this one replaced when it was last promoted."""
    for decision in reversed(decisions):
        if decision.action == "promoted" and decision.version == version:
            return decision.replaced
    return None


def _upgrade(content: Mapping[str, Any]) -> dict[str, Any]:
    """A decision from before there were `trigger` and `notes`: both follow from its other fields."""
    forced, reasons = bool(content.get("forced")), tuple(content.get("reasons", ()))
    messages = {check.get("words") for check in content.get("checks", ()) if isinstance(check, dict)}
    notes = [reason for reason in reasons if reason.removeprefix("forced although ") not in messages]
    return {"notes": notes, **content, "trigger": _infer_trigger(content.get("action"), reasons, forced=forced)}


def _infer_trigger(action: object, reasons: tuple[str, ...], *, forced: bool) -> Trigger:
    if action == "rolled_back":
        return "rollback"
    if not forced:
        return "gate"
    return "manual" if reasons == (MANUAL_REASON,) else "forced"
