"""Rules about rows: which columns identify a row, and which rows to exclude."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from delay_core.schema_inference import vocabulary
from delay_core.schema_inference.detection.column_roles import InferredRole, find_id_word
from delay_core.schema_inference.profiling.column_profile import ColumnProfile
from delay_core.schema_inference.profiling.table_profile import TableProfile
from delay_core.schema_inference.profiling.value_counts import count_pairs

_MAX_REPEATED_SHARE = 0.05
"""The share of rows whose id may repeat in a key."""
_MAX_EXCLUSION_VALUES = 50


@dataclass(frozen=True)
class KeyCandidate:
    """The columns of a key or a group, none if no column is suitable; the evidence, and what else was considered."""

    columns: tuple[str, ...] = ()
    evidence: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExclusionCandidate:
    """Values of a column whose rows are not shipments of interest, and the number of those rows."""

    column: str
    equals: tuple[str, ...]
    rows: int


def find_key(table: TableProfile, roles: Mapping[str, InferredRole]) -> KeyCandidate:
    """An id without repeats; else an id with a line number; else an id with few repeats."""
    identifiers = [column for column in table.columns.values() if roles[column.name].name == "identifier"]
    complete = [column for column in identifiers if find_id_word(column.name) and column.present_rows == table.rows]
    unique = sorted((column for column in complete if column.distinct == table.rows), key=_entity_rank)
    if unique:
        alternatives = tuple(f"{column.name} is unique too" for column in unique[1:3])
        return KeyCandidate((unique[0].name,), f"{table.rows:,} rows, no repeats", alternatives)
    with_line = _find_key_with_line(table, complete)
    if with_line:
        return with_line
    nearly_unique = [column for column in complete if _repeated_share(column) <= _MAX_REPEATED_SHARE]
    if nearly_unique:
        best = min(nearly_unique, key=lambda column: (_repeated_share(column), _entity_rank(column)))
        repeats = best.present_rows - best.distinct
        return KeyCandidate((best.name,), f"ids repeat in {repeats:,} rows: those rows would be quarantined")
    return KeyCandidate((), "no column without repeats whose header says id")


def find_exclusions(table: TableProfile) -> list[ExclusionCandidate]:
    """Statuses that mean canceled, void or test, and two-valued columns whose header does."""
    candidates = (_find_exclusion(column) for column in table.columns.values())
    return [candidate for candidate in candidates if candidate is not None]


def _entity_rank(column: ColumnProfile) -> int:
    """0 for ids of shipments, orders or their lines, 2 for ids of customers, vehicles and the like."""
    row_words = (vocabulary.SHIPMENT, vocabulary.ORDER, vocabulary.LINE)
    if any(words.first_match(column.name) for words in row_words):
        return 0
    return 2 if vocabulary.ENTITY.first_match(column.name) else 1


def _repeated_share(column: ColumnProfile) -> float:
    return 1 - column.distinct / max(column.present_rows, 1)


def _find_key_with_line(table: TableProfile, identifiers: Sequence[ColumnProfile]) -> KeyCandidate | None:
    lines = [
        column
        for column in table.columns.values()
        if vocabulary.LINE.first_match(column.name)
        and column.kind in ("numeric", "text")
        and column.present_rows == table.rows
    ]
    for identifier in identifiers:
        for line in lines:
            if line is not identifier and count_pairs(identifier.row_codes, line.row_codes) == table.rows:
                return KeyCandidate((identifier.name, line.name), "no repeats together")
    return None


def _find_exclusion(column: ColumnProfile) -> ExclusionCandidate | None:
    if column.kind not in ("text", "numeric") or not 2 <= column.distinct <= _MAX_EXCLUSION_VALUES:
        return None
    is_flag = column.distinct == 2 and bool(vocabulary.CANCEL_FLAG.first_match(column.name))
    if is_flag:
        values = [(text, n) for text, n in column.texts if vocabulary.TRUE.matches_all(text.removesuffix(".0"))]
    else:
        values = [(text, n) for text, n in column.texts if _says_canceled(text)]
    if not values or len(values) == column.distinct or not (is_flag or column.kind == "text"):
        return None
    return ExclusionCandidate(column.name, tuple(text for text, _ in values), sum(rows for _, rows in values))


def _says_canceled(text: str) -> bool:
    """Whether a status means that the shipment was canceled, and has no other words."""
    rest = vocabulary.FILLER.remove_from(vocabulary.CANCELED.remove_from(text))
    return bool(vocabulary.CANCELED.first_match(text)) and not rest
