"""Which requests one schema accepts and another would refuse, or take for something else."""

from collections.abc import Iterator

from delay_core.schema.fields import is_required
from delay_core.schema.narrowing_columns import narrower
from delay_core.schema.shipment_schema import ShipmentSchema


def breaking_changes(old: ShipmentSchema, new: ShipmentSchema) -> list[str]:
    """A sentence for each kind of request that `old` accepts and `new` refuses or reads as something else.

    None: whatever is sent to a model with the old schema can be sent to one with the new.
    """
    pairs = {name: new_name for name in old.columns if (new_name := _now_called(old, new, name)) is not None}
    return [
        *_names(old, new, pairs),
        *_newly_required(new, pairs),
        *(
            f"{name}: {said}"
            for name, new_name in pairs.items()
            if new_name in new.persisted_columns
            for said in narrower(old, name, new, new_name)
        ),
        *_signs(old, new),
        *_times(old, new),
        *_keys(old, new, pairs),
        *_exclusions(old, new, pairs),
    ]


def _now_called(old: ShipmentSchema, new: ShipmentSchema, name: str) -> str | None:
    """The new schema's column of the same name, or of one of its aliases."""
    return next((new.aliases[one] for one in (name, *old.columns[name].aliases) if one in new.aliases), None)


def _names(old: ShipmentSchema, new: ShipmentSchema, pairs: dict[str, str]) -> Iterator[str]:
    for alias, name in old.aliases.items():
        if alias not in new.aliases:
            yield f"{alias}: is no longer known"
        elif new.aliases[alias] != pairs[name]:
            yield f"{alias}: means {new.aliases[alias]} now, and meant {name}"
    first: dict[str, str] = {}
    for name, new_name in pairs.items():
        if first.setdefault(new_name, name) != name:
            yield f"{name}: is one column with {first[new_name]} now; a request with both is refused"


def _newly_required(new: ShipmentSchema, pairs: dict[str, str]) -> Iterator[str]:
    known = set(pairs.values())
    for name in new.columns:
        if name not in known and is_required(new, name):
            yield f"{name}: is required now, and was not known"


def _signs(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    if not any(new.columns[name].role == "numeric" for name in new.persisted_columns):
        return
    for sign, was, now in (
        ("decimal sign", old.source.decimal, new.source.decimal),
        ("sign between groups of digits", old.source.thousands, new.source.thousands),
    ):
        if was != now:
            yield f"numbers in text: the {sign} is {_quoted(now)} now, and was {_quoted(was)}"


def _times(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    was, now = old.source.date_formats, new.source.date_formats
    if old.source.timezone != new.source.timezone:
        yield f"times without a zone: are read in {new.source.timezone} now, and were in {old.source.timezone}"
    gone = [form for form in was if form not in now]
    if gone:
        yield f"dates: are no longer read as {' or '.join(gone)}"
    elif now[: len(was)] != was:
        yield f"dates: are tried as {', '.join(now)} now, and were as {', '.join(was)}; one could be read as another"


def _keys(old: ShipmentSchema, new: ShipmentSchema, pairs: dict[str, str]) -> Iterator[str]:
    if tuple(pairs.get(name, name) for name in old.key) != new.key:
        yield f"key: is {_listed(new.key)} now, and was {_listed(old.key)}; the same shipment gets another id"


def _exclusions(old: ShipmentSchema, new: ShipmentSchema, pairs: dict[str, str]) -> Iterator[str]:
    before = {(pairs.get(rule.column), value) for rule in old.exclude_where for value in rule.equals}
    names = {new_name: name for name, new_name in pairs.items()}
    for rule in new.exclude_where:
        fresh = [value for value in rule.equals if (rule.column, value) not in before]
        if rule.column in names and fresh:
            yield f"{names[rule.column]}: {', '.join(map(repr, fresh))} excludes a shipment now"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "the whole content"


def _quoted(sign: str | None) -> str:
    return "none" if sign is None else repr(sign)
