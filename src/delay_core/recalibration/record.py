"""What `metrics.json` of a recalibrated bundle says about its recalibration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from delay_core.promotion.check import Check

_KEY = "recalibration"


class RecalibrationRecord(BaseModel):
    """The version that training made, the outcomes that its calibrator follows, and the checks of the gate.

    `base_version` has the same model and encoder, and the bundle with `base_digest`. `outcomes` counts the outcomes
    that were read, without the `acted_on` ones; they became known between `known_from` and `known_until`, those after
    the newest change from `since` on (UTC).
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

    @classmethod
    def read(cls, metrics: Mapping[str, Any]) -> Self | None:
        """The record in the content of `metrics.json`; None for a bundle as training made it."""
        content = metrics.get(_KEY)
        return None if content is None else cls.model_validate(content)

    def add_to(self, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """The content with this record, in place of an earlier one."""
        return {**metrics, _KEY: self.model_dump(mode="json")}
