"""Rows that are no shipments of interest: cancelled, void, a test."""

from dataclasses import dataclass

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.table import Table

_MOST_VALUES = 50


@dataclass(frozen=True)
class Exclusion:
    """A column, its values whose rows are left out, and how many rows that is."""

    column: str
    equals: tuple[str, ...]
    rows: int


def find_exclusions(table: Table) -> list[Exclusion]:
    """Statuses that say cancelled, and flags whose header does."""
    found = (_excluded(look) for look in table.looks.values())
    return [exclusion for exclusion in found if exclusion is not None]


def _excluded(look: Look) -> Exclusion | None:
    if look.kind not in ("text", "numeric") or not 2 <= look.distinct <= _MOST_VALUES:
        return None
    flag = v.CANCEL_FLAG.word_in(look.name) and look.distinct == 2
    if flag:
        ended = [(value, rows) for value, rows in look.values if v.TRUE.is_all_of(value.removesuffix(".0"))]
    else:
        ended = [(value, rows) for value, rows in look.values if says_cancelled(value)]
    if not ended or len(ended) == look.distinct or not (flag or look.kind == "text"):
        return None
    return Exclusion(look.name, tuple(value for value, _ in ended), sum(rows for _, rows in ended))


def says_cancelled(value: str) -> bool:
    """Whether a status says, and says only, that the shipment came to nothing."""
    return bool(v.CANCELLED.word_in(value)) and not v.FILLER.rest(v.CANCELLED.rest(value))
