"""Promotions as a server of predictions changes them, with a registry that this process can write to."""

from dataclasses import dataclass

from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.ports.serving_promotions import ServingPromotions
from delay_core.promotion import MANUAL_REASON, Decision
from delay_core.use_cases.rollback import Rollback


@dataclass(frozen=True)
class DirectServingPromotions(ServingPromotions):
    """Uses the registry and the promotion log directly; `alias` is the one that serves."""

    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def record_manual(self, version: ModelVersion) -> bool:
        decisions = [decision for decision in self.log.decisions(version.name) if decision.action != "refused"]
        latest = decisions[-1] if decisions else None
        if latest is not None and latest.version == version.version:
            return latest.trigger == "manual"
        self.log.append(
            Decision(
                action="promoted",
                name=version.name,
                version=version.version,
                digest=version.digest,
                replaced=latest.version if latest else None,
                reasons=(MANUAL_REASON,),
                trigger="manual",
            )
        )
        return True

    def roll_back(self, name: str) -> Decision:
        return Rollback(registry=self.registry, log=self.log, alias=self.alias)(name)
