"""From checks to a verdict, and the sentences that give it its reasons."""

from collections.abc import Sequence
from typing import NamedTuple

from delay_core.promotion.check import Check

_FOR_IT = ("gain_over_baseline", "gain_over_champion")


class Verdict(NamedTuple):
    """Whether the challenger serves; whether that was forced against a check; why."""

    promoted: bool
    forced: bool
    reasons: tuple[str, ...]


def verdict(checks: Sequence[Check], *, force: bool) -> Verdict:
    """Promoted when every check passed, or by force: then each that did not is told."""
    against = [check.words for check in checks if not check.passed]
    if against and force:
        return Verdict(promoted=True, forced=True, reasons=tuple(f"forced although {words}" for words in against))
    if against:
        return Verdict(promoted=False, forced=False, reasons=tuple(against))
    for_it = tuple(check.words for check in checks if check.name in _FOR_IT)
    return Verdict(promoted=True, forced=False, reasons=for_it or ("it passed every check that was asked for",))
