"""Promotions as a server of predictions changes them, with a registry that this process can write to."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from delay_core.errors import ServingChanged
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.serving_promotions import ServingPromotions
from delay_core.promotion import MANUAL_REASON, Decision, latest_change
from delay_core.use_cases.rollback import Rollback
from delay_core.use_cases.serving_alias import ServingAlias

ALIAS_MOVE_SECONDS = 5.0
"""Time in which the writer of a decision moves the alias, unless it was killed."""


@dataclass(frozen=True)
class DirectServingPromotions(ServingPromotions):
    """Uses the registry and the promotion log directly; `alias` is the one that serves, `sleep` waits for seconds."""

    registry: ModelRegistry
    log: PromotionLog
    alias: str
    sleep: Callable[[float], object] = time.sleep

    def record_manual(self, version: ModelVersion) -> bool:
        waited_for: Decision | None = None
        while True:
            state = ServingAlias(self.registry, self.log, self.alias).read(version.name)
            latest = latest_change(state.decisions)
            if latest is not None and latest.version == version.version:
                return latest.trigger == "manual"
            if latest is not None and latest.trigger != "manual":
                if state.version is None or state.version.version != version.version:  # it served for a moment
                    own = latest_change([one for one in state.decisions if one.version == version.version])
                    return own is None or own.trigger == "manual"
                if latest.replaced == version.version and latest != waited_for:
                    self.sleep(ALIAS_MOVE_SECONDS)  # it may be so new that the alias does not follow it yet
                    waited_for = latest
                    continue
            with suppress(ServingChanged):
                self.log.append(_manual_promotion(version, latest), len(state.records))
                return True

    def roll_back(self, name: str) -> Decision:
        return Rollback(registry=self.registry, log=self.log, alias=self.alias)(name)


def _manual_promotion(version: ModelVersion, latest: Decision | None) -> Decision:
    return Decision(
        action="promoted",
        name=version.name,
        version=version.version,
        digest=version.digest,
        replaced=latest.version if latest else None,
        reasons=(MANUAL_REASON,),
        trigger="manual",
    )
