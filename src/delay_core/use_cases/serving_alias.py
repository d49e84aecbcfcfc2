"""The alias that serves: a change is decided in a state, recorded, and then the alias follows the record."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from delay_core.errors import NoSuchModel, StoreError
from delay_core.ports.model_catalog import ModelVersion
from delay_core.ports.model_registry import ModelRegistry
from delay_core.ports.promotion_log import PromotionLog, RecordedDecision
from delay_core.promotion import Decision, latest_change, serving_changed

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServingState:
    """The version that serves, None if none does, and the decisions that were recorded before, oldest first."""

    version: ModelVersion | None
    records: Sequence[RecordedDecision]

    @property
    def decisions(self) -> list[Decision]:
        """The records without times."""
        return [record.decision for record in self.records]


@dataclass(frozen=True)
class ServingAlias:
    """Of several changes that were decided in the same state, whatever process decided them, one is made.

    A registry moves an alias without a condition; what serializes changes is the record of decisions.
    """

    registry: ModelRegistry
    log: PromotionLog
    alias: str

    def read(self, name: str) -> ServingState:
        """The present state. Raises StoreError."""
        records = self.log.records(name)  # first: what is recorded after them outdates the state
        return ServingState(self.registry.get_by_alias(name, self.alias), records)

    def change(self, decision: Decision, state: ServingState) -> bool:
        """Record a promotion or a rollback that was decided in this state, and move the alias.

        False if another change was recorded right after it, which then serves. After a crash it is completed by the
        same call in the state that is then read. Raises ServingChanged, and records nothing, if something changed which
        version serves since the state was read, and StoreError.
        """
        name = decision.name
        serving = self.registry.get_by_alias(name, self.alias)
        if serving != state.version:
            raise serving_changed(name, None if serving is None else serving.version)
        self.log.append(decision, len(state.records))
        newest = self._follow_record(decision)
        if newest != decision:
            _LOG.warning(
                "version %d of %s was recorded, but version %d after it, which serves",
                decision.version,
                name,
                newest.version,
            )
        return newest == decision

    def _follow_record(self, newest: Decision) -> Decision:
        """The newest change, to whose version the alias points then.

        A slow writer could overwrite the alias of a decision that was recorded after its own; so each looks again.
        """
        while True:
            self._move_alias(newest)
            try:
                latest = latest_change(self.log.decisions(newest.name))
            except StoreError as error:  # the change is made: after an error, somebody would roll back once more
                _LOG.warning(
                    "version %d of %s serves; whether a later decision was recorded is unknown: %s",
                    newest.version,
                    newest.name,
                    error,
                )
                return newest
            if latest is None or latest == newest:
                return newest
            newest = latest

    def _move_alias(self, decision: Decision) -> None:
        try:
            self.registry.set_alias(decision.name, self.alias, decision.version)
        except (StoreError, NoSuchModel) as error:
            raise StoreError(
                f"version {decision.version} of {decision.name} is recorded, but whether the alias {self.alias} points "
                f"at it is unknown; see `delay runs`, and repeat this change if another version serves: {error}"
            ) from error
