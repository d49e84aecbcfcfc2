"""Loads schema YAML: the part of YAML that a schema needs, and messages about everything else."""

import re
from contextlib import suppress

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from delay_core.errors import SchemaError
from delay_core.schemas.error_messages import describe_value

MAX_CHARACTERS = 1_048_576
"""Of a schema file: about ten thousand columns; limits the time and memory that loading takes."""

_QUOTE_THESE = "a value begins with *, & or !, which YAML keeps for itself; put such a text in quotes"

_YAML_HINTS = {
    r"'\t'": "indent with spaces, not with a tab",
    "cannot start any token": "put a text that begins with this character in quotes",
    "while scanning an alias": _QUOTE_THESE,
    "expected alphabetic or numeric": _QUOTE_THESE,
    "mapping values are not allowed": "indent a key like its neighbours; put a text that holds a colon in quotes",
    "expected <block end>": "indent a key like its neighbours; a quoted text ends at its second quote",
    "could not find expected ':'": "a line is key: value, and a colon is missing here or above",
    "expected ',' or": "a bracket is not closed, or a comma is missing, from here on",
    "unexpected end of stream": "a quote is not closed, from here on",
    "another document": "a file holds one schema; remove the lines ---",
}
"""Part of PyYAML's message → how to fix the file."""


_READ_DIFFERENTLY = re.compile(r"[\t\ufeff]|[|>][-+0-9]*#|^[^#\n]*\?\s", re.MULTILINE)
"""What the two parsers read differently: a tab, a byte order mark, a comment right after | or >, and ? in brackets."""


class _SchemaSubset(Composer, SafeConstructor, Resolver):
    """A safe subset of YAML that leaves the values of a table as they are written.

    Keys are text and unique. Anchors, aliases and tags are refused: the first two can expand a small file without
    limit, and all three are usually meant as text (`*ASN*`). Dates stay text, and so do numbers such as 007 or 1_000.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML looks for a class attribute of this name
        first: [(tag, pattern) for tag, pattern in known if tag.endswith((":null", ":bool", ":float"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[attr-defined]  # a method of the parser that a subclass adds
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise yaml.composer.ComposerError(None, None, _QUOTE_THESE, event.start_mark)
        str(getattr(event, "value", "")).encode()  # ValueError: half a surrogate pair, which cannot be stored
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                problem = f"the key {key_node.value} is not text to YAML; put it in quotes: '{key_node.value}'"
                if not isinstance(key_node, yaml.ScalarNode):
                    problem = "a list or a mapping is used as a key; a key is text"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            if key in seen:
                problem = f"key {key!r} is repeated; keep one"
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_SchemaSubset.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"(0|-?[1-9][0-9]{0,17})\Z"), list("-0123456789")
)


class _Loader(_SchemaSubset, yaml.SafeLoader):
    """With the parser in Python, whose messages are the clearest."""


if yaml.__with_libyaml__:

    class _FastLoader(_SchemaSubset, yaml.CSafeLoader):
        """With the parser in C, which takes a seventh of the time."""

        def __init__(self, text: str) -> None:
            yaml.CSafeLoader.__init__(self, text)
            Composer.__init__(self)
else:
    _FastLoader = _Loader  # type: ignore[assignment, misc]  # PyYAML was built without libyaml


def load_mapping(text: str, origin: str) -> dict[str, object]:
    """The mapping that the YAML `text` holds; `origin` is the file's name for errors. Raises SchemaError."""
    if len(text) > MAX_CHARACTERS:
        raise SchemaError(
            f"{origin}: longer than {MAX_CHARACTERS:,} characters; a schema describes a table, it holds none"
        )
    try:
        content = _load(text)
    except yaml.YAMLError as error:
        raise SchemaError(f"{origin}: not valid YAML: {_explain(error)}") from error
    except (ValueError, OverflowError) as error:
        problem = "an escape (\\u, \\U) names half a character, or one that does not exist; write the character itself"
        raise SchemaError(f"{origin}: not valid YAML: {problem}") from error
    except RecursionError as error:
        raise SchemaError(f"{origin}: nested too deeply; no key of a schema is deeper than five levels") from error
    if not isinstance(content, dict):
        raise SchemaError(
            f"{origin}: a schema is a mapping with the keys name, version, prediction_point, label, columns; "
            f"found {'an empty file' if content is None else describe_value(content)}"
        )
    return content


def _load(text: str) -> object:
    if not _READ_DIFFERENTLY.search(text):
        with suppress(yaml.YAMLError, ValueError, OverflowError, RecursionError):
            return yaml.load(text, _FastLoader)  # noqa: S506 - a subset of SafeLoader
    return yaml.load(text, _Loader)  # noqa: S506 - as above


def _explain(error: yaml.YAMLError) -> str:
    """Where the YAML is invalid, why, and how to fix it."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f"{' '.join(str(error).split())}; remove it"
    position = f"line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
    hints = [hint for problem, hint in _YAML_HINTS.items() if problem in str(error.problem)]
    return f"{position}: {'; '.join([str(error.problem), *hints[:1]])}"
