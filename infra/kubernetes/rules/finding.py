"""What a rule finds wrong with manifests."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from infra.kubernetes.manifest import Manifest


@dataclass(frozen=True)
class Finding:
    """`message` says what is wrong with the object, and what would be right."""

    rule: str
    title: str
    message: str

    def __str__(self) -> str:
        return f"{self.title}: {self.message} [{self.rule}]"


Rule = Callable[[Sequence[Manifest]], Iterable[Finding]]
"""Reads all manifests of an overlay, as some rules concern two of them."""
