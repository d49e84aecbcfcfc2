"""Which columns name a row, and which say that rows belong together."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.profile import Counts
from delay_core.schema_inference.roles import Role, says_id
from delay_core.schema_inference.table import Table

_FEW_REPEATS = 0.05
_LARGEST_GROUP = 0.05
_MEAN_GROUP = 20


@dataclass(frozen=True)
class Found:
    """Columns, why, and what else could be said."""

    columns: tuple[str, ...] = ()
    evidence: str = ""
    others: tuple[str, ...] = ()


def find_key(table: Table, roles: Mapping[str, Role]) -> Found:
    """The column without repeats whose header says id; else an id with a line number; else an id with few repeats."""
    ids = [look for look in table.looks.values() if roles[look.name].name == "identifier" and says_id(look.name)]
    complete = [look for look in ids if look.present_rows == table.rows]
    unique = sorted((look for look in complete if look.distinct == table.rows), key=_of_what)
    if unique:
        others = tuple(f"{look.name} is unique too" for look in unique[1:3])
        return Found((unique[0].name,), f"{table.rows:,} rows, no repeats", others)
    together = _with_line(table, complete)
    if together:
        return together
    nearly = sorted(
        (look for look in complete if _repeats(look) <= _FEW_REPEATS), key=lambda look: (_repeats(look), _of_what(look))
    )
    if nearly:
        again = nearly[0].present_rows - nearly[0].distinct
        return Found((nearly[0].name,), f"ids repeat in {again:,} rows: those rows would be quarantined")
    return Found((), "no column without repeats whose header says id")


def _of_what(look: Look) -> int:
    if v.SHIPMENT.word_in(look.name) or v.ORDER.word_in(look.name) or v.LINE.word_in(look.name):
        return 0
    return 2 if v.ENTITY.word_in(look.name) else 1


def _repeats(look: Look) -> float:
    return 1 - look.distinct / max(look.present_rows, 1)


def _with_line(table: Table, ids: list[Look]) -> Found | None:
    lines = [
        look
        for look in table.looks.values()
        if v.LINE.word_in(look.name) and look.kind in ("numeric", "text") and look.present_rows == table.rows
    ]
    for one in ids:
        for line in lines:
            if line is not one and len(np.unique(_pairs(one.row_codes, line.row_codes))) == table.rows:
                return Found((one.name, line.name), "no repeats together")
    return None


def _pairs(one: Counts, other: Counts) -> Counts:
    return one * (int(other.max(initial=0)) + 2) + other


def find_group(table: Table, roles: Mapping[str, Role], key: Found, outcome: NDArray[np.float64]) -> Found:
    """The finest id of a shipment or an order that rows share, and every coarser one that the outcome may hang on."""
    looks = [look for look in table.looks.values() if _may_group(look, roles[look.name])]
    if key.columns and len(key.columns) == 1:
        looks = [look for look in looks if look.name not in key.columns]
    if not looks:
        return Found()
    ranked = sorted(looks, key=lambda look: (_sort(look), -look.distinct))
    finest = ranked[0]
    chosen, others = [finest.name], []
    alone = _alike(finest.row_codes, outcome)
    for look in ranked[1:]:
        nested = _determines(finest.row_codes, look.row_codes) or _determines(look.row_codes, finest.row_codes)
        if nested and not (alone > 0.95 and _no_more_alike(finest, look, outcome)):
            chosen.append(look.name)
        elif nested:
            others.append(f"{look.name} holds several of them, whose outcomes are no more alike than any")
        else:
            others.append(f"rows share {look.name} too: add it if they must not be split")
    shared = finest.present_rows - int((finest.profile.counts[finest.present] == 1).sum())
    return Found(tuple(chosen), f"{shared:,} rows share it with another", tuple(others))


def _may_group(look: Look, role: Role) -> bool:
    of_shipments = v.SHIPMENT.word_in(look.name) or v.ORDER.word_in(look.name)
    if role.name != "identifier" or not says_id(look.name) or (v.ENTITY.word_in(look.name) and not of_shipments):
        return False
    counts = look.profile.counts[look.present]
    repeated = look.present_rows - look.distinct
    return bool(
        repeated > 0.005 * look.profile.rows
        and counts.max() <= max(_LARGEST_GROUP * look.profile.rows, 10)
        and counts.mean() <= _MEAN_GROUP
    )


def _sort(look: Look) -> int:
    if v.SHIPMENT.word_in(look.name):
        return 0
    return 1 if v.ORDER.word_in(look.name) else 2


def _determines(fine: Counts, coarse: Counts) -> bool:
    """Whether rows that share the first share the second."""
    both = (fine >= 0) & (coarse >= 0)
    return bool(len(np.unique(_pairs(fine[both], coarse[both]))) == len(np.unique(fine[both])))


def _alike(codes: Counts, outcome: NDArray[np.float64]) -> float:
    """How often two rows with the same value have the same outcome; 0 where nobody knows."""
    known = (codes >= 0) & ~np.isnan(outcome)
    if not known.any():
        return 0.0
    size = np.bincount(codes[known]).astype(np.float64)
    late = np.bincount(codes[known], outcome[known])
    pairs = (size * (size - 1)).sum()
    same = (late * (late - 1) + (size - late) * (size - late - 1)).sum()
    return float(same / pairs) if pairs else 0.0


def _no_more_alike(fine: Look, coarse: Look, outcome: NDArray[np.float64]) -> bool:
    """Whether the finer groups within a coarser one agree no more than any two of them would."""
    known = (fine.row_codes >= 0) & (coarse.row_codes >= 0) & ~np.isnan(outcome)
    _, first = np.unique(fine.row_codes[known], return_index=True)
    one_each, codes = outcome[known][first], coarse.row_codes[known][first]
    rate = one_each.mean()
    return bool(_alike(codes, one_each) <= rate**2 + (1 - rate) ** 2 + 0.02)
