"""Columns that know the outcome: by their headers, by their values, by measurement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from delay_core.drafting import vocabulary as v
from delay_core.drafting.exclusions import Exclusion
from delay_core.drafting.flags import verdict
from delay_core.drafting.labels import FoundLabel
from delay_core.drafting.look import Look
from delay_core.drafting.moments import Point, Sense, sense
from delay_core.drafting.roles import Role
from delay_core.drafting.separation import out_of_fold_auc
from delay_core.drafting.table import Table
from delay_core.drafting.yaml_text import share
from delay_core.leakage import MAX_AUC_LOWER_BOUND
from delay_core.schema import Stage

_FEW = 50
_AFTERWARDS = 0.95


@dataclass(frozen=True)
class Known:
    """Since when a column is known, where that is not the order, and what says so."""

    stage: Stage
    evidence: str


def known_later(
    table: Table, roles: Mapping[str, Role], point: Point, label: FoundLabel, excluded: Sequence[Exclusion]
) -> dict[str, Known]:
    """The columns that are not known when the order is placed, each with the evidence."""
    found: dict[str, Known] = {}
    ended = {exclusion.column for exclusion in excluded}
    for name, look in table.looks.items():
        if name == point.column:
            found[name] = Known(point.stage, "")
        elif roles[name].name not in ("ignored", "identifier") or name in label.columns:
            hints = (_of_label(look, label), _of_moment(look, table, point), _of_words(look, name in ended))
            known = next((one for one in hints if one is not None), None) or _measured(look, roles[name], label)
            if known is not None:
                found[name] = known
    return {name: known for name, known in found.items() if known.stage is not Stage.ORDER}


def _of_label(look: Look, label: FoundLabel) -> Known | None:
    if look.name in label.also:
        return Known(Stage.DELIVERED, label.also[look.name])
    if look.name == label.actual or (label.flag and look.name == label.flag.column):
        return Known(Stage.DELIVERED, "")
    return None


def _of_moment(look: Look, table: Table, point: Point) -> Known | None:
    """A date of an outcome; or one that nearly always lies after the prediction point, and is no promise."""
    if look.dates is None:
        return None
    meaning = sense(look.name)
    at_dispatch = point.stage is Stage.DISPATCH
    if meaning.is_outcome or meaning is Sense.MOVING:
        return Known(Stage.DELIVERED if meaning.is_outcome else Stage.IN_TRANSIT, str(meaning))
    if meaning is Sense.DISPATCHED and not at_dispatch:
        return Known(Stage.DISPATCH, str(meaning))
    if meaning is Sense.PROMISED or point.column is None:
        return None
    after = _share_after(look, table.looks[point.column])
    if after < _AFTERWARDS:
        return None
    evidence = f"{share(after)} of its dates lie after {point.column}"
    return Known(Stage.IN_TRANSIT if at_dispatch else Stage.DISPATCH, evidence)


def _share_after(look: Look, point: Look) -> float:
    here, there = look.row_moments, point.row_moments
    both = ~np.isnat(here) & ~np.isnat(there)
    return float((here[both] > there[both]).mean()) if both.any() else 0.0


def _of_words(look: Look, holds_cancelled: bool) -> Known | None:
    if look.kind == "timestamp":
        return None
    evidence = next(filter(None, _words(look)), "says how the shipment ended" if holds_cancelled else "")
    return Known(Stage.DELIVERED, evidence) if evidence else None


def _words(look: Look) -> Iterator[str]:
    """Evidence in the column's words; empty where one kind of it is missing."""
    written = [token for token in look.sentinels.values() if v.WRITTEN_DOWN.word_in(token)]
    if look.kind == "numeric" and written:
        yield f"{written[0]!r} among its values: written down afterwards?"
    outcome, status = v.OUTCOME.word_in(look.name), v.STATUS.word_in(look.name)
    yield f"header says {outcome!r}" if outcome else ""
    late = v.LATE.word_in(look.name) or v.ON_TIME.word_in(look.name)
    yield "header speaks of being late or on time" if late and not v.ABOUT_THE_PAST.word_in(look.name) else ""
    telling = _telling(look)
    if status and not v.OF_THE_SHIPMENT.rest(look.name):
        yield f"header says {status!r}{f', values {telling}' if telling else ': it changes until the end'}"
    yield f"its values say {telling}" if telling else ""


def _telling(look: Look) -> str:
    """The values that say how the shipment went, where the column has few."""
    if look.kind != "text" or look.distinct > _FEW:
        return ""
    said = [value for value, _ in look.values if verdict(value) is not None or v.ENDED.is_all_of(value)]
    return ", ".join(said[:3])


def _measured(look: Look, role: Role, label: FoundLabel) -> Known | None:
    if role.name not in ("numeric", "categorical", "timestamp") or look.name in label.columns:
        return None
    auc = out_of_fold_auc(look, label.outcome)
    if auc is None or auc <= MAX_AUC_LOWER_BOUND:
        return None
    return Known(Stage.DELIVERED, f"alone it tells late from on time: out-of-fold AUC {auc:.3f}")
