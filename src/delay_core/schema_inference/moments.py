"""What the timestamps of a table mean, and which of them is the prediction point."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from delay_core.schema import Stage
from delay_core.schema_inference import vocabulary as v
from delay_core.schema_inference.look import Look
from delay_core.schema_inference.table import Table


class Sense(StrEnum):
    """What a moment is, and the words for it."""

    ORDERED = "header speaks of the order"
    DISPATCHED = "header speaks of the dispatch"
    PROMISED = "header speaks of a promise"
    MOVING = "header speaks of the way"
    DELIVERY = "header speaks of the delivery"
    ARRIVED = "header speaks of the arrival"
    RECORDED = "header speaks of recording"
    PLAIN = "header does not say what it dates"

    @property
    def is_outcome(self) -> bool:
        """Whether it is known only once the shipment has arrived."""
        return self in (Sense.DELIVERY, Sense.ARRIVED, Sense.RECORDED)


def sense(header: str) -> Sense:
    """The sense of a timestamp's header."""
    return next(meaning for meaning, said in _readings(header) if said)


def _readings(header: str) -> Iterator[tuple[Sense, bool]]:
    """What the header may mean, the surest first, and whether it says so."""
    said = {
        name: words.word_in(header)
        for name, words in (("arrived", v.ARRIVED), ("left", v.DISPATCHED), ("ordered", v.ORDERED))
    }
    delivery, actual, carrier = (bool(words.word_in(header)) for words in (v.DELIVERY, v.ACTUAL, v.CARRIER))
    yield Sense.PROMISED, bool(v.PROMISED.word_in(header))
    yield Sense.RECORDED, bool(v.RECORDED.word_in(header)) and not said["ordered"]
    yield Sense.DISPATCHED, bool(said["arrived"]) and carrier  # handed to the carrier
    yield Sense.ARRIVED, bool(said["arrived"])
    yield Sense.DISPATCHED, actual and bool(said["left"]) and not delivery
    yield Sense.ARRIVED, actual
    yield Sense.MOVING, bool(v.MOVING.word_in(header))
    yield Sense.ORDERED, said["ordered"] not in ("", "order", "orders")
    yield Sense.DISPATCHED, bool(said["left"])
    yield Sense.DELIVERY, delivery
    yield Sense.ORDERED, bool(said["ordered"])
    yield Sense.PLAIN, True


@dataclass(frozen=True)
class Point:
    """The prediction point; without a column where no timestamp suits. `others` could be it as well."""

    column: str | None
    stage: Stage
    evidence: str
    others: tuple[str, ...] = ()


_LIKELY = {Sense.ORDERED: 0, Sense.DISPATCHED: 1, Sense.PLAIN: 2, Sense.PROMISED: 3}
_COMPLETE, _NEARLY = 0.05, 0.3


def prediction_point(table: Table) -> Point:
    """The timestamp that likely dates the question: no outcome, complete, the earliest where several are alike."""
    candidates = [
        look
        for look in table.looks.values()
        if look.distinct > 1 and look.dates is not None and sense(look.name) in _LIKELY
    ]
    complete = [look for look in candidates if _gaps(look) <= _COMPLETE]
    ranked = sorted(complete, key=_rank) or sorted((look for look in candidates if _gaps(look) <= _NEARLY), key=_gaps)
    if not ranked:
        return Point(None, Stage.ORDER, "no timestamp is complete and known before the delivery")
    best = ranked[0]
    stage = Stage.DISPATCH if sense(best.name) is Sense.DISPATCHED else Stage.ORDER
    gaps = round(_gaps(best) * best.profile.rows)
    lost = f"; {gaps:,} rows lack it and would be quarantined" if gaps else "; complete"
    others = tuple(look.name for look in ranked[1:4])
    return Point(best.name, stage, f"{sense(best.name)}{lost}", others)


def _gaps(look: Look) -> float:
    return 1 - look.present_rows / max(look.profile.rows, 1)


def _rank(look: Look) -> tuple[int, bool, bool, np.int64]:
    moments = look.row_moments[~np.isnat(look.row_moments)].astype(np.int64)
    middle = np.int64(np.median(moments))
    return _LIKELY[sense(look.name)], not v.MOMENT.word_in(look.name), _gaps(look) > 0.005, middle
