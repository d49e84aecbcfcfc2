"""Promotions as a server of predictions changes them, with a registry that this process can write to."""

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


@dataclass(frozen=True)
class DirectServingPromotions(ServingPromotions):
    """Uses the registry and the promotion log directly; `alias` is the one that serves."""

    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def record_manual(self, version: ModelVersion) -> bool:
        while True:
            state = ServingAlias(self.registry, self.log, self.alias).read(version.name)
            latest = latest_change(state.decisions)
            if latest is not None and latest.version == version.version:
                return latest.trigger == "manual"
            if latest is not None and _has_replaced(latest, version, state.version):
                promotion = latest_change([one for one in state.decisions if one.version == version.version])
                return promotion is None or promotion.trigger == "manual"
            with suppress(ServingChanged):
                self.log.append(_manual_promotion(version, latest), len(state.records))
                return True

    def roll_back(self, name: str) -> Decision:
        return Rollback(registry=self.registry, log=self.log, alias=self.alias)(name)


def _has_replaced(latest: Decision, version: ModelVersion, serving: ModelVersion | None) -> bool:
    """Whether the newest decision replaced the version by the one that serves now.

    Where somebody sets the alias again and again, every version that served is recorded.
    """
    is_followed = serving is not None and serving.version == latest.version
    return is_followed and latest.trigger != "manual" and latest.replaced == version.version


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
