"""Backward compatibility: which requests one schema accepts and another would refuse or reinterpret."""

from collections.abc import Iterator

from delay_core.schema.roles import ColumnRole
from delay_core.schema.roles.base import is_pattern
from delay_core.schema.shipment_schema import ShipmentSchema


def breaking_changes(old: ShipmentSchema, new: ShipmentSchema) -> list[str]:
    """A message for each kind of request that `old` accepts and `new` refuses or reads as something else.

    If the list is empty, clients of a model with the old schema can send the same requests to one with the new schema.
    """
    renamed = {name: new_name for name in old.columns if (new_name := _new_name(old, new, name)) is not None}
    return [
        *_name_changes(old, new, renamed),
        *_newly_required(new, renamed),
        *(
            f"{name}: {change}"
            for name, new_name in renamed.items()
            if new_name in new.persisted_columns
            for change in _column_changes(old.role(name), new.role(new_name))
        ),
        *_split_date_changes(old, new),
        *_number_format_changes(old, new),
        *_date_format_changes(old, new),
        *_key_changes(old, new, renamed),
        *_exclusion_changes(old, new, renamed),
    ]


def _new_name(old: ShipmentSchema, new: ShipmentSchema, name: str) -> str | None:
    """The new schema's column of the same name, or of one of the old column's aliases."""
    return next((new.aliases[alias] for alias in (name, *old.columns[name].aliases) if alias in new.aliases), None)


def _name_changes(old: ShipmentSchema, new: ShipmentSchema, renamed: dict[str, str]) -> Iterator[str]:
    for alias, name in old.aliases.items():
        if alias not in new.aliases:
            yield f"{alias}: is no longer known"
        elif new.aliases[alias] != renamed[name]:
            yield f"{alias}: means {new.aliases[alias]} now, and meant {name}"
    first: dict[str, str] = {}
    for name, new_name in renamed.items():
        if first.setdefault(new_name, name) != name:
            yield f"{name}: is one column with {first[new_name]} now; a request with both is refused"


def _newly_required(new: ShipmentSchema, renamed: dict[str, str]) -> Iterator[str]:
    known = set(renamed.values())
    for name in new.columns:
        if name not in known and new.is_required(name):
            yield f"{name}: is required now, and was not known"


def _column_changes(old: ColumnRole, new: ColumnRole) -> Iterator[str]:
    """Changes of a column that the new schema reads, without the column's name."""
    if new.is_required and not old.is_required:
        yield "is required now, and could be missing"
    if not old.is_persisted:
        yield f"is read now, as {new.with_article()} column, and was ignored whatever it held"
        return
    if old.name != new.name:
        yield f"is {new.with_article()} column now, and was {old.with_article()} column"
        return
    yield from _missing_value_changes(old, new)
    yield from new.breaking_changes(old)


def _missing_value_changes(old: ColumnRole, new: ColumnRole) -> Iterator[str]:
    old_tokens, new_tokens = {*old.missing_tokens}, {*new.missing_tokens}
    old_sentinels, new_sentinels = {*old.column.sentinels.values()}, {*new.column.sentinels.values()}
    if not old.is_required:
        for token in sorted(old_tokens - new_tokens - new_sentinels):
            yield f"{token!r} no longer means missing"
        for value in sorted(old_sentinels - new_sentinels):
            if value not in new_tokens or is_pattern(value):
                yield f"{value!r} no longer means missing, with its reason"
    if new.is_required:
        for token in sorted((new_tokens | new_sentinels) - old_tokens - old_sentinels):
            if old.may_be_value(token):
                yield f"{token!r} means missing now, and the column is required"


def _split_date_changes(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    for name in old.persisted_columns:
        was, now = (schema.split_dates.get(name) for schema in (old, new))
        if was != now and name in new.persisted_columns:
            before, after = (_listed(tuple(split.parts.values())) if split else "one column" for split in (was, now))
            yield f"{name}: is {after} now, and was {before}"


def _number_format_changes(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    if not any(new.role(name).uses_number_format for name in new.persisted_columns):
        return
    for sign, was, now in (
        ("decimal sign", old.source.decimal, new.source.decimal),
        ("sign between groups of digits", old.source.thousands, new.source.thousands),
    ):
        if was != now:
            yield f"numbers in text: the {sign} is {_quoted(now)} now, and was {_quoted(was)}"


def _date_format_changes(old: ShipmentSchema, new: ShipmentSchema) -> Iterator[str]:
    was, now = old.source.date_formats, new.source.date_formats
    if old.source.timezone != new.source.timezone:
        yield f"times without a zone: are read in {new.source.timezone} now, and were in {old.source.timezone}"
    for key in ("repeated_hour", "skipped_hour"):
        before, after = getattr(old.source, key), getattr(new.source, key)
        if before not in ("quarantine", after):
            yield f"times in a {key.replace('_', ' ')}: are read as {after} now, and were as {before}"
    removed = [form for form in was if form not in now]
    if removed:
        yield f"dates: are no longer read as {' or '.join(removed)}"
    elif now[: len(was)] != was:
        yield f"dates: are tried as {', '.join(now)} now, and were as {', '.join(was)}; one could be read as another"


def _key_changes(old: ShipmentSchema, new: ShipmentSchema, renamed: dict[str, str]) -> Iterator[str]:
    if tuple(renamed.get(name, name) for name in old.key) != new.key:
        yield f"key: is {_listed(new.key)} now, and was {_listed(old.key)}; the same shipment gets another id"


def _exclusion_changes(old: ShipmentSchema, new: ShipmentSchema, renamed: dict[str, str]) -> Iterator[str]:
    before = {(renamed.get(rule.column), value) for rule in old.exclude_where for value in rule.equals}
    old_names = {new_name: name for name, new_name in renamed.items()}
    for rule in new.exclude_where:
        added = [value for value in rule.equals if (rule.column, value) not in before]
        if rule.column in old_names and added:
            yield f"{old_names[rule.column]}: {', '.join(map(repr, added))} excludes a shipment now"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "the whole content"


def _quoted(sign: str | None) -> str:
    return "none" if sign is None else repr(sign)
