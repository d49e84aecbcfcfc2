"""Why a decision is as it is, as data; the sentence is made where a person reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from delay_core.violations import format_names


class ReasonCode(StrEnum):
    """What led to a decision. A code keeps its meaning; programs compare codes, never messages."""

    STABLE = "stable"
    LOSS_TOO_HIGH = "loss_too_high"
    LOSS_NOT_RECOVERED = "loss_not_recovered"
    BEGAN_WITH_PROMOTION = "began_with_promotion"
    NO_BETTER_PREDECESSOR = "no_better_predecessor"
    TOO_FEW_OUTCOMES = "too_few_outcomes"
    COLUMNS_DRIFTED = "columns_drifted"
    PREDICTIONS_DRIFTED = "predictions_drifted"
    DRIFT_NOT_RECOVERED = "drift_not_recovered"
    RECOVERED = "recovered"


@dataclass(frozen=True, slots=True)
class DecisionReason:
    """One reason; `params` are JSON values."""

    code: ReasonCode
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence."""
        return _MESSAGES[self.code](self.params)


_HARMS = {
    "more_late": "more shipments are late than predicted",
    "fewer_late": "fewer shipments are late than predicted",
    "weaker_ranking": "the probabilities separate late and punctual shipments less than they say",
}


def _time(iso: str) -> str:
    """A moment in UTC; a day alone if it is midnight."""
    return iso[:10] if iso[11:16] == "00:00" else f"{iso[:10]} {iso[11:16]} UTC"


def _loss_too_high(params: Mapping[str, Any]) -> str:
    return (
        f"{_HARMS[params['harm']]}, in outcomes due from about {_time(params['since'])} on: the evidence is "
        f"{params['evidence']:.3g} after {params['outcomes']:,} outcomes, and the limit is {params['limit']:.3g}"
    )


_MESSAGES: dict[ReasonCode, Callable[[Mapping[str, Any]], str]] = {
    ReasonCode.STABLE: lambda _: "neither the outcomes nor the columns show a lasting change",
    ReasonCode.LOSS_TOO_HIGH: _loss_too_high,
    ReasonCode.LOSS_NOT_RECOVERED: lambda params: (
        f"the loss was too high, and has not recovered: the evidence is {params['evidence']:.3g}; it must be at most "
        f"{params['recovery']:.3g} in {params['windows']} windows in a row, and was in {params['counted']}"
    ),
    ReasonCode.BEGAN_WITH_PROMOTION: lambda params: (
        f"it began when this version was promoted; version {params['predecessor']}, which served before, had no such "
        "loss"
    ),
    ReasonCode.NO_BETTER_PREDECESSOR: lambda _: (
        "it began when this version was promoted, but no version before it is known to be better"
    ),
    ReasonCode.TOO_FEW_OUTCOMES: lambda params: (
        f"the evidence is {params['evidence']:.3g}, but only {params['outcomes']:,} outcomes are known; "
        f"{params['minimum']:,} are needed"
    ),
    ReasonCode.COLUMNS_DRIFTED: lambda params: (
        f"columns differ from the training in {params['windows']} windows in a row: {format_names(params['columns'])}; "
        "drift alone is no harm"
    ),
    ReasonCode.PREDICTIONS_DRIFTED: lambda params: (
        f"the probabilities differ from those of the training in {params['windows']} windows in a row; drift alone is "
        "no harm"
    ),
    ReasonCode.DRIFT_NOT_RECOVERED: lambda params: (
        f"drift was watched, and has ended for {params['counted']} windows; {params['windows']} are needed"
    ),
    ReasonCode.RECOVERED: lambda params: f"recovered: it was {params['before']} before",
}
