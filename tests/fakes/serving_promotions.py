"""Promotions on one alias, in memory."""

from typing import Literal

from delay_core.errors import NoSuchModel
from delay_core.ports import serving_promotions as port
from delay_core.ports.model_catalog import ModelVersion
from delay_core.promotion import Decision
from fakes.model_registry import ModelRegistry
from fakes.promotion_log import PromotionLog


class ServingPromotions(port.ServingPromotions):
    """Changes the fakes that it is built on; `served` are the versions recorded so far."""

    def __init__(self, registry: ModelRegistry, log: PromotionLog, alias: str) -> None:
        self._registry, self._log, self._alias = registry, log, alias
        self.manual: list[ModelVersion] = []

    def record_manual(self, version: ModelVersion) -> bool:
        moves = [decision for decision in self._log.decisions(version.name) if decision.changes_serving]
        serving = self._registry.get_by_alias(version.name, self._alias)
        is_followed = bool(moves) and serving is not None and serving.version == moves[-1].version
        if is_followed and moves[-1].trigger != "manual" and moves[-1].replaced == version.version:
            return version in self.manual
        if not moves or moves[-1].version != version.version:
            self.manual.append(version)
            self._append("promoted", version, moves[-1].version if moves else None)
        return version in self.manual

    def roll_back(self, name: str) -> Decision:
        current = self._registry.get_by_alias(name, self._alias)
        replaced = [
            decision.replaced
            for decision in self._log.decisions(name)
            if current is not None and decision.action == "promoted" and decision.version == current.version
        ]
        if current is None or not replaced or replaced[-1] is None:
            raise NoSuchModel(f"nothing to roll back to: no version of {name} served before")
        self._registry.set_alias(name, self._alias, replaced[-1])
        return self._append("rolled_back", self._registry.versions(name)[replaced[-1] - 1], current.version)

    def _append(
        self, action: Literal["promoted", "rolled_back"], version: ModelVersion, replaced: int | None
    ) -> Decision:
        decision = Decision(
            action=action,
            name=version.name,
            version=version.version,
            digest=version.digest,
            replaced=replaced,
            reasons=("in memory",),
            trigger="manual" if action == "promoted" else "rollback",
        )
        self._log.append(decision)
        return decision
