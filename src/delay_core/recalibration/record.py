"""What `metrics.json` of a recalibrated bundle says about its recalibration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from delay_core.promotion.check import Check
from delay_core.recalibration.outcome_span import OutcomeSpan

_KEY = "recalibration"


class RecalibrationRecord(BaseModel):
    """The version that training made, the outcomes that the recalibrated one follows, and the checks of the gate.

    `base_version` has the same model and encoder, and the bundle with `base_digest`. `outcomes` counts the outcomes
    that the label sets follow, without the `acted_on` ones; they became known between `known_from` and `known_until`,
    those after the newest change from `since` on (UTC). `calibrator_outcomes` are those that the calibrator follows:
    the same ones; those of an earlier recalibration, if the label sets alone changed; or None, if it is that of the
    training.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    base_version: int
    base_digest: str
    outcomes: int
    acted_on: int
    known_from: datetime
    since: datetime
    known_until: datetime
    checks: tuple[Check, ...]
    calibrator_outcomes: OutcomeSpan | None

    @model_validator(mode="before")
    @classmethod
    def read_first_format(cls, values: object) -> object:
        """A record without `calibrator_outcomes` says that the calibrator follows the outcomes of the label sets."""
        if not isinstance(values, dict) or "calibrator_outcomes" in values:
            return values
        span = {
            "rows": values.get("outcomes"),
            "acted": values.get("acted_on"),
            "first_known_at": values.get("known_from"),
            "since": values.get("since"),
            "last_known_at": values.get("known_until"),
        }
        return {**values, "calibrator_outcomes": span}

    @property
    def changed_calibrator(self) -> bool:
        """Whether the calibrator follows the same outcomes as the label sets."""
        return self.calibrator_outcomes is not None and self.calibrator_outcomes.last_known_at == self.known_until

    @classmethod
    def read(cls, metrics: Mapping[str, Any]) -> Self | None:
        """The record in the content of `metrics.json`; None for a bundle as training made it."""
        content = metrics.get(_KEY)
        return None if content is None else cls.model_validate(content)

    def add_to(self, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """The content with this record, in place of an earlier one."""
        return {**metrics, _KEY: self.model_dump(mode="json")}
