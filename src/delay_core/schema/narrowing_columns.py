"""What one column accepted, and accepts no more."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from delay_core.schema.columns import Column
from delay_core.schema.fields import is_required
from delay_core.schema.shipment_schema import ShipmentSchema


def narrower(old: ShipmentSchema, name: str, new: ShipmentSchema, new_name: str) -> Iterator[str]:
    """What requests may no longer hold in the column, which the new schema reads; each without the column's name."""
    was, now = old.columns[name], new.columns[new_name]
    if is_required(new, new_name) and not is_required(old, name):
        yield "is required now, and could be missing"
    if name not in old.persisted_columns:
        yield f"is read now, as {_role(now)}, and was ignored whatever it held"
        return
    if was.role != now.role:
        yield f"is {_role(now)} now, and was {_role(was)}"
        return
    yield from _missing(old, name, new, new_name)
    match now.role:
        case "numeric":
            yield from _numbers(was, now)
            if _reads_as_python(old) and _reads_as_python(new) and now.strip and not was.strip:
                yield "text must be written as the schema declares now, and could be what Python reads: '.5'"
        case "timestamp":
            yield from _moments(old, was, new, now)
        case "label":
            yield from _labels(old, new)
        case _:
            yield from _categories(was, now)


def _missing(old: ShipmentSchema, name: str, new: ShipmentSchema, new_name: str) -> Iterator[str]:
    was, now = old.columns[name], new.columns[new_name]
    tokens = {*old.null_tokens(name)}, {*new.null_tokens(new_name)}
    reasons = {*was.sentinels.values()}, {*now.sentinels.values()}
    if not is_required(old, name):
        for token in sorted(tokens[0] - tokens[1] - reasons[1]):
            yield f"{token!r} no longer means missing"
        for value in sorted(reasons[0] - reasons[1]):
            if value not in tokens[1] or _is_more_than_a_word(value):
                yield f"{value!r} no longer means missing, with its reason"
    if is_required(new, new_name):
        for token in sorted((tokens[1] | reasons[1]) - tokens[0] - reasons[0]):
            if was.role not in ("numeric", "timestamp") or _is_more_than_a_word(token):
                yield f"{token!r} means missing now, and the column is required"


def _is_more_than_a_word(value: str) -> bool:
    """Whether it may be a number or a date, which stand for all ways to write them, or a pattern."""
    return "*" in value or any(character.isdigit() for character in value)


def _numbers(was: Column, now: Column) -> Iterator[str]:
    if was.unit != now.unit:
        yield f"is in {now.unit or 'no unit'} now, and was in {was.unit or 'no unit'}"
    if now.minimum is not None and (was.minimum is None or was.minimum < now.minimum):
        yield f"must be at least {now.minimum:.15g} now, and could be {_limit(was.minimum)}"
    if now.maximum is not None and (was.maximum is None or was.maximum > now.maximum):
        yield f"must be at most {now.maximum:.15g} now, and could be {_limit(was.maximum)}"
    kept, more = now.strip[: len(was.strip)], now.strip[len(was.strip) :]
    if kept != was.strip or any(_is_more_than_a_word(word) for word in more):
        taken = ", ".join(map(repr, now.strip)) or "nothing"
        yield f"of its text, {taken} is taken away now, and was {', '.join(map(repr, was.strip)) or 'nothing'}"


def _reads_as_python(schema: ShipmentSchema) -> bool:
    """Whether numbers in text are what Python reads, in columns without `strip`."""
    return schema.source.decimal == "." and schema.source.thousands is None


def _moments(old: ShipmentSchema, was: Column, new: ShipmentSchema, now: Column) -> Iterator[str]:
    zones = ZoneInfo(old.source.timezone), ZoneInfo(new.source.timezone)
    if now.earliest and (not was.earliest or _at(was.earliest, zones[0]) < _at(now.earliest, zones[1])):
        yield f"must be {now.earliest:%Y-%m-%d %H:%M} or later now, and could be {_day(was.earliest)}"
    if now.latest and (not was.latest or _at(was.latest, zones[0]) > _at(now.latest, zones[1])):
        yield f"must be {now.latest:%Y-%m-%d %H:%M} or earlier now, and could be {_day(was.latest)}"


def _at(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _labels(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    if (old.label.late, old.label.on_time) != (new.label.late, new.label.on_time):
        yield "has other words for late and on time"


def _categories(was: Column, now: Column) -> Iterator[str]:
    if now.unseen != "refuse":
        return
    allowed = ", ".join(now.categories or ())
    if was.unseen != "refuse":
        yield f"must be one of {allowed} now, and could be any other"
        return
    gone = [name for name in was.categories or () if name not in (now.categories or ())]
    if gone:
        yield f"may no longer be {', '.join(gone)}; allowed are {allowed}"


def _role(column: Column) -> str:
    return f"{'an' if column.role[0] in 'aeiou' else 'a'} {column.role} column"


def _limit(limit: float | None) -> str:
    return "any number" if limit is None else f"{limit:.15g}"


def _day(limit: datetime | None) -> str:
    return "any time" if limit is None else f"{limit:%Y-%m-%d %H:%M}"
