"""What is entered into the what-if form as a parameter of the page's URL, and back."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import methodcaller

from entrypoints.ui.forms.shipment_form import FieldKind, FormField, FormValue

MAX_LENGTH = 1_000
"""Characters of the parameter; browsers and proxies cut long URLs."""


def format_entries(values: Mapping[str, FormValue]) -> str:
    """The values that are entered, as JSON by field; empty without any, or if they are too long for a URL."""
    entered = {name: value for name, value in values.items() if value is not None and value != ""}
    text = json.dumps(entered, default=methodcaller("isoformat"), ensure_ascii=False, separators=(",", ":"))
    return text if entered and len(text) <= MAX_LENGTH else ""


def parse_entries(text: str, fields: Sequence[FormField]) -> dict[str, FormValue]:
    """The values by field; what no field of the form accepts is left out, because anybody can edit a URL."""
    try:
        entries = json.loads(text, parse_int=float) if len(text) <= MAX_LENGTH else None
    except (ValueError, RecursionError):
        return {}
    if not isinstance(entries, dict):
        return {}
    values = {field.name: _to_value(field, entries[field.name]) for field in fields if field.name in entries}
    return {name: value for name, value in values.items() if value is not None}


def _to_value(field: FormField, entry: object) -> FormValue:
    """What the widget of the field returns; None if it would not accept the entry."""
    if field.kind is FieldKind.NUMBER:
        return entry if isinstance(entry, float) and math.isfinite(entry) else None
    if not isinstance(entry, str) or not entry.isprintable():
        return None
    if field.kind in (FieldKind.DAY, FieldKind.MOMENT):
        return _to_time(field, entry)
    is_accepted = field.kind is FieldKind.TEXT or field.other_choices or entry in field.choices
    return entry if is_accepted else None


def _to_time(field: FormField, entry: str) -> date | None:
    """A day, or a moment without an offset; None if it is no time, or outside the limits."""
    try:
        moment = datetime.fromisoformat(entry).replace(tzinfo=None)
    except ValueError:
        return None
    first, last = field.limits
    if not first <= moment <= last:
        return None
    return moment if field.kind is FieldKind.MOMENT else moment.date()
