"""Roll back: the version that served before serves again."""

from dataclasses import dataclass

from delay_core.errors import NoSuchModel
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog
from delay_core.promotion import Decision, predecessor
from delay_core.use_cases.serving_alias import ServingAlias


@dataclass(frozen=True)
class Rollback:
    """Reverts the promotion of the version that serves. The gate does not promote that version again."""

    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def __call__(self, name: str) -> Decision:
        """The recorded decision.

        Raises NoSuchModel when no version serves, or none served before, and ServingChanged when another version
        begins to serve meanwhile.
        """
        alias = ServingAlias(self.registry, self.log, self.alias)
        state = alias.read(name)
        serving = state.version
        if serving is None:
            raise NoSuchModel(f"no version of {name} has the alias {self.alias}: nothing to roll back")
        previous = predecessor(state.decisions, serving.version)
        versions = {version.version: version for version in self.registry.versions(name)}
        if previous is None or previous not in versions:
            raise NoSuchModel(f"version {serving.version} of {name} is the first that served: nothing to roll back to")
        self.registry.load(name, previous)  # a version that cannot be verified must not serve
        decision = Decision(
            action="rolled_back",
            name=name,
            version=previous,
            digest=versions[previous].digest,
            replaced=serving.version,
            reasons=(f"version {serving.version} was rolled back",),
            trigger="rollback",
        )
        alias.change(decision, state)
        return decision
