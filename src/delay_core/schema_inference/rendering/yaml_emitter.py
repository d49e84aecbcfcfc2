"""YAML that a person can read: scalars, flow lists and mappings, and comments aligned beside their lines."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

MAX_WIDTH = 118
_MAX_ALIGNED_WIDTH = 56
"""Longer lines have their comments after two spaces, or above."""
_NO_WRAP = 1_000_000


@dataclass(frozen=True)
class Line:
    """An indented line of YAML and its comment."""

    text: str
    comment: str = ""


def scalar(value: str | int | bool) -> str:
    """One value, quoted if YAML would parse it as something else; also valid in a flow list."""
    dumped = yaml.safe_dump(
        [value], default_flow_style=True, default_style=_quotes(value), width=_NO_WRAP, allow_unicode=True
    )
    return dumped.strip()[1:-1]


def flow(value: object) -> str:
    """A value, a list as `[a, b]`, a mapping as `{a: b}`. Raises TypeError for any other type."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str | int | bool):
        return scalar(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    raise TypeError(f"a schema has no values of type {type(value).__name__}")


def mapping_lines(mapping: Mapping[str, object]) -> list[Line]:
    """A block mapping indented by four: one line per key if it fits, else one line per item."""
    return [line for key, value in mapping.items() for line in _key_lines(key, value)]


def align_comments(lines: Sequence[Line]) -> list[str]:
    """The lines with their comments in one column; a comment that does not fit is above its line."""
    aligned = [len(line.text) for line in lines if line.comment and len(line.text) <= _MAX_ALIGNED_WIDTH]
    column = max(aligned, default=0) + 2
    return [text for line in lines for text in _with_comment(line, column)]


def comment_lines(text: str, indent: int = 0, hang: int = 0) -> list[str]:
    """A comment on lines of its own, wrapped; `hang` indents all lines but the first."""
    first = " " * indent + "# "
    return textwrap.wrap(
        text,
        MAX_WIDTH,
        initial_indent=first,
        subsequent_indent=first + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def one_line(text: str, max_length: int = 60) -> str:
    """A text for a comment: one line, printable characters, at most `max_length` of them."""
    joined = " ".join(text.split())
    printable = "".join(character if character.isprintable() else "·" for character in joined)
    return printable if len(printable) <= max_length else f"{printable[: max_length - 1]}…"


def _quotes(value: object) -> str | None:
    """Double quotes for unprintable text, single quotes for text without letters, such as `'04109'`."""
    if not isinstance(value, str):
        return None
    if not value.isprintable():
        return '"'
    return None if any(character.isalpha() for character in value) else "'"


def _key_lines(key: str, value: object) -> list[Line]:
    line = f"    {key}: {flow(value)}"
    if len(line) > MAX_WIDTH and isinstance(value, Mapping):
        return [Line(f"    {key}:"), *(Line(f"      {scalar(str(k))}: {flow(v)}") for k, v in value.items())]
    if len(line) > MAX_WIDTH and isinstance(value, Sequence) and not isinstance(value, str):
        return [Line(f"    {key}:"), *(Line(f"      - {flow(item)}") for item in value)]
    return [Line(line)]


def _with_comment(line: Line, column: int) -> list[str]:
    if not line.comment:
        return [line.text]
    start = max(column, len(line.text) + 2)
    if start + 2 + len(line.comment) <= MAX_WIDTH:
        return [f"{line.text.ljust(start)}# {line.comment}"]
    return [*comment_lines(line.comment, len(line.text) - len(line.text.lstrip())), line.text]
