"""Rollback: the version that served before serves again."""

from dataclasses import dataclass

from delay_core.errors import NoSuchModel
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.promotion import Decision, predecessor


@dataclass(frozen=True)
class Rollback:
    """Takes back the promotion of the version that serves; that version is not promoted again by itself."""

    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def __call__(self, name: str) -> Decision:
        """The recorded decision. Raises NoSuchModel when nothing serves, or nothing served before."""
        serving = self.registry.get_by_alias(name, self.alias)
        if serving is None:
            raise NoSuchModel(f"no version of {name} has the alias {self.alias}: nothing to roll back")
        before = predecessor(self.log.decisions(name), serving.version)
        versions = {version.version: version for version in self.registry.versions(name)}
        if before is None or before not in versions:
            raise NoSuchModel(f"version {serving.version} of {name} is the first that served: nothing to roll back to")
        self.registry.load(name, before)  # a version that cannot be verified must not serve
        decision = Decision(
            action="rolled_back",
            name=name,
            version=before,
            digest=versions[before].digest,
            replaced=serving.version,
            reasons=(f"version {serving.version} was taken back",),
        )
        self.log.append(decision)
        self.registry.set_alias(name, self.alias, before)
        return decision
