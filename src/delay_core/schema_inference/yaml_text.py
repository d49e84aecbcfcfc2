"""Scalars, flow lists and flow mappings as YAML that a person reads and the schema's reader understands."""

from collections.abc import Mapping, Sequence

import yaml

_WIDE = 1_000_000


def scalar(value: str | int | bool) -> str:
    """One value, in quotes where YAML would take it for something else; it can stand anywhere, a flow list too."""
    style = _style(value)
    listed = yaml.safe_dump([value], default_flow_style=True, default_style=style, width=_WIDE, allow_unicode=True)
    return listed.strip()[1:-1]


def _style(value: object) -> str | None:
    """Quotes around what is not printable, and around what has no letter: `'04109'` is plainly a text, then."""
    if not isinstance(value, str):
        return None
    if not value.isprintable():
        return '"'
    return None if any(character.isalpha() for character in value) else "'"


def flow(value: object) -> str:
    """A value, a list as `[a, b]`, a mapping as `{a: b}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str | int | bool):
        return scalar(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    raise TypeError(f"{type(value).__name__} has no place in a schema")


def said(text: str, longest: int = 60) -> str:
    """A text as a comment may hold it: on one line, printable, not too long."""
    shown = "".join(character if character.isprintable() else "·" for character in " ".join(text.split()))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def share(of_rows: float) -> str:
    """A share of rows, for people."""
    if 0 < of_rows < 0.001:
        return "< 0.1 %"
    return f"{of_rows * 100:.1f} %" if of_rows < 0.1 else f"{of_rows * 100:.0f} %"
