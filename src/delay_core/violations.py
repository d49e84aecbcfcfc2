"""What is wrong with a shipment, as data: field, stable code, parameters and row; and the message made from it."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, NamedTuple

from delay_core.quantity_text import append_unit, format_range

MAX_LISTED_VALUES = 20
"""Allowed values that a message lists."""
MAX_VALUE_CHARACTERS = 60
"""Characters of a value that a message repeats."""
MAX_FIELD_CHARACTERS = 80
"""Characters of an unknown field's name that are repeated."""


class ViolationCode(StrEnum):
    """The rules that input can break. A code keeps its meaning; programs compare codes, never messages."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    NOT_WHOLE_NUMBER = "not_whole_number"
    NOT_A_DATE = "not_a_date"
    REPEATED_HOUR = "repeated_hour"
    SKIPPED_HOUR = "skipped_hour"
    NOT_COORDINATES = "not_coordinates"
    NOT_A_LABEL = "not_a_label"
    CONTRADICTORY_LABEL = "contradictory_label"
    NOT_TEXT = "not_text"
    INEXACT_NUMBER = "inexact_number"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_CATEGORY = "unknown_category"
    REPEATED_KEY = "repeated_key"
    NO_MATCH = "no_match"
    AMBIGUOUS_MATCH = "ambiguous_match"
    UNREADABLE_ROW = "unreadable_row"
    EXCLUDED = "excluded"
    NO_SHIPMENTS = "no_shipments"
    UNKNOWN_FIELD = "unknown_field"
    DUPLICATE_FIELD = "duplicate_field"
    NESTED_VALUE = "nested_value"
    UNKNOWN_PREDICTION = "unknown_prediction"
    WRONG_TYPE = "wrong_type"
    INVALID_VALUE = "invalid_value"
    IN_THE_FUTURE = "in_the_future"
    CONTRADICTORY_OUTCOME = "contradictory_outcome"

    @property
    def rule(self) -> str:
        """What the rule is called where broken rules are counted."""
        return _RULES.get(self, self.value.replace("_", " "))


_RULES = {
    ViolationCode.UNKNOWN_CATEGORY: "not an allowed category",
    ViolationCode.UNREADABLE_ROW: "cannot be cut into columns",
}


class Rule(NamedTuple):
    """One rule of one field. Without a field, the rule is about a row as a whole."""

    field: str | None
    code: ViolationCode

    def __str__(self) -> str:
        """The rule's name in reports."""
        return f"{self.field or 'row'}: {self.code.rule}"


@dataclass(frozen=True, slots=True)
class Violation:
    """One field of one row breaks one rule.

    `field` is a column of the schema, or a name that the input uses; None where the input as a whole is wrong. `row`
    counts from 1; None where all rows are concerned. `params` hold no personal data, and values cut to
    MAX_VALUE_CHARACTERS.
    """

    field: str | None
    code: ViolationCode
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    row: int | None = None

    @property
    def rule(self) -> Rule:
        return Rule(self.field, self.code)

    def message(self) -> str:
        """What is wrong and what is allowed, without field and row."""
        return _MESSAGES[self.code](self.params)

    def __str__(self) -> str:
        """The message after its field."""
        return self.message() if self.field is None else f"{self.field}: {self.message()}"


def format_value(value: object) -> str:
    """The value as Python writes it, cut to what a message repeats."""
    return f"{value!r:.{MAX_VALUE_CHARACTERS}}"


def format_names(names: Sequence[str]) -> str:
    """The names, at most MAX_LISTED_VALUES of them, and how many more there are."""
    more = len(names) - MAX_LISTED_VALUES
    return ", ".join(names[:MAX_LISTED_VALUES]) + (f" and {more} more" if more > 0 else "")


def escape_surrogates(text: str) -> str:
    """The text with halves of surrogate pairs written out, which neither JSON nor a store can hold."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def pydantic_message(details: Mapping[str, Any]) -> str:
    """The message of one of pydantic's errors, without the prefix that it puts before a ValueError's own message."""
    error = details.get("ctx", {}).get("error")
    return str(error) if isinstance(error, ValueError) else str(details["msg"])


def unknown_field(name: str, allowed: Sequence[str]) -> Violation:
    """A field that is not among the allowed ones."""
    return Violation(name[:MAX_FIELD_CHARACTERS], ViolationCode.UNKNOWN_FIELD, {"name": name, "allowed": allowed})


def _out_of_range(params: Mapping[str, Any]) -> str:
    low, high = (None if params[name] is None else _format_limit(params[name]) for name in ("minimum", "maximum"))
    words = ("from", "until") if isinstance(params["value"], str) else ("at least", "at most")
    allowed = append_unit(format_range(low, high, *words), params.get("unit"))
    return f"{_format_limit(params['value'])} is out of range; allowed is {allowed}"


def _format_limit(limit: float | str) -> str:
    return limit if isinstance(limit, str) else f"{limit:.15g}"


def _not_a_label(params: Mapping[str, Any]) -> str:
    words = (("late", params["late"]), ("on time", params["on_time"]))
    meanings = [f"{meaning} are {format_names(names)}" for meaning, names in words if names]
    if not meanings:
        return f"{params['value']} is not a label; allowed are 0 and 1"
    otherwise = "" if len(meanings) == len(words) else ", and no value otherwise"
    return f"{params['value']} is not a label; {', '.join(meanings)}{otherwise}"


def _unknown_field(params: Mapping[str, Any]) -> str:
    """Names that may be meant, whatever their case; where none is similar, the allowed ones."""
    by_folded = {name.casefold(): name for name in params["allowed"]}
    similar = get_close_matches(params["name"][:MAX_FIELD_CHARACTERS].casefold(), by_folded, n=3)
    if similar:
        return f"unknown field; did you mean {' or '.join(by_folded[name] for name in similar)}?"
    return f"unknown field; allowed are {format_names(params['allowed'])}"


_MESSAGES: dict[ViolationCode, Callable[[Mapping[str, Any]], str]] = {
    ViolationCode.MISSING: lambda params: (
        "formula without a computed value; open and save the file in a spreadsheet program"
        if params.get("formula")
        else "missing; it must have a value"
    ),
    ViolationCode.NOT_A_NUMBER: lambda params: f"{params['value']} is not a number",
    ViolationCode.NOT_WHOLE_NUMBER: lambda params: f"{params['value']} is not a whole number of at most 15 digits",
    ViolationCode.NOT_A_DATE: lambda params: (
        f"{params['value']} is not a date; expected {' or '.join(params['formats'])}"
    ),
    ViolationCode.REPEATED_HOUR: lambda params: (
        f"{params['value']} occurs twice in {params['timezone']}, where the clocks repeat this hour; add the offset, "
        "or set source.repeated_hour to first or second"
    ),
    ViolationCode.SKIPPED_HOUR: lambda params: (
        f"{params['value']} does not occur in {params['timezone']}, where the clocks skip this hour; correct it, or "
        "set source.skipped_hour to shift_forward"
    ),
    ViolationCode.NOT_COORDINATES: lambda params: (
        f"{params['value']} is not a pair of coordinates; expected {params['axes']}, as in {params['example']}"
    ),
    ViolationCode.NOT_A_LABEL: _not_a_label,
    ViolationCode.CONTRADICTORY_LABEL: lambda params: (
        f"marks the shipment, and so does {params['other']!r}; it is either late or on time"
    ),
    ViolationCode.NOT_TEXT: lambda params: f"{params['value']} is not text",
    ViolationCode.INEXACT_NUMBER: lambda params: (
        f"{params['value']} is a number of more than 15 digits, and only the first are exact; write it as text"
    ),
    ViolationCode.OUT_OF_RANGE: _out_of_range,
    ViolationCode.UNKNOWN_CATEGORY: lambda params: f"{params['value']} is not one of {format_names(params['allowed'])}",
    ViolationCode.REPEATED_KEY: lambda _: "an earlier row has this key too; a key must be unique",
    ViolationCode.NO_MATCH: lambda params: f"no row of {params['table']} has this key; add the row there",
    ViolationCode.AMBIGUOUS_MATCH: lambda params: f"several rows of {params['table']} have this key; one is expected",
    ViolationCode.UNREADABLE_ROW: lambda params: str(params["reason"]),
    ViolationCode.EXCLUDED: lambda _: "the schema excludes shipments with this value (exclude_where)",
    ViolationCode.NO_SHIPMENTS: lambda _: "no shipment given; at least one is needed",
    ViolationCode.UNKNOWN_FIELD: _unknown_field,
    ViolationCode.DUPLICATE_FIELD: lambda _: "given twice, under its name or an alias",
    ViolationCode.NESTED_VALUE: lambda _: "a field that is ignored may hold text, a number, true, false or null",
    ViolationCode.UNKNOWN_PREDICTION: lambda _: "there is no such prediction of a shipment",
    ViolationCode.WRONG_TYPE: lambda params: f"must be {params['expected']}, not {params['received']}",
    ViolationCode.INVALID_VALUE: lambda params: str(params["reason"]),
    ViolationCode.IN_THE_FUTURE: lambda _: "lies in the future; an outcome is known by now",
    ViolationCode.CONTRADICTORY_OUTCOME: lambda params: (
        f"row {params['row']} says that the shipment was {'late' if params['late'] else 'on time'}; a correction has a "
        "known_at of its own, or is in another table"
    ),
}
