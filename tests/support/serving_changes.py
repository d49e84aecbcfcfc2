"""A registry and a record of decisions in memory, and changes that happen between two steps of another one."""

from collections.abc import Callable

import pytest

from delay_core.promotion import Decision
from delay_core.use_cases.serving_alias import ServingAlias
from fakes.model_registry import ModelRegistry
from fakes.promotion_log import PromotionLog
from support.bundles import tiny_bundle

NAME, ALIAS = "late", "production"


def second_of_five() -> ServingAlias:
    """Five versions, of which the second serves by a recorded decision, after the first."""
    alias = ServingAlias(ModelRegistry(), PromotionLog(), ALIAS)
    for number in range(1, 6):
        alias.registry.register(NAME, tiny_bundle(str(number)), "run-1")
    for version in (1, 2):
        alias.change(promotion(version), alias.read(NAME))
    return alias


def promotion(version: int, replaced: int | None = None) -> Decision:
    digest = tiny_bundle(str(version)).digest
    replaced = version - 1 or None if replaced is None else replaced
    return Decision(
        action="promoted", name=NAME, version=version, digest=digest, replaced=replaced, reasons=(), trigger="gate"
    )


def serving(alias: ServingAlias) -> tuple[int | None, int]:
    """The version at the alias, and the one of the newest decision: they must be the same."""
    version = alias.registry.get_by_alias(NAME, ALIAS)
    return None if version is None else version.version, alias.log.decisions(NAME)[-1].version


def before_call(monkeypatch: pytest.MonkeyPatch, owner: object, method: str, action: Callable[[], object]) -> None:
    """Let the action happen when the method is called for the first time, before it does anything."""
    original = getattr(owner, method)

    def call(*arguments: object) -> object:
        monkeypatch.setattr(owner, method, original)
        action()
        return original(*arguments)

    monkeypatch.setattr(owner, method, call)
