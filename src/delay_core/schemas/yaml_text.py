"""YAML text to a mapping: the part of YAML that a schema needs, and what is said of the rest."""

import re

import yaml

from delay_core.errors import SchemaError
from delay_core.schemas.mistakes import named

_LONGEST = 1_048_576
"""Characters of a schema file: some ten thousand columns, and a bound on the time and memory that reading takes."""


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
    "another document": "a file holds one schema; take away the lines ---",
}
"""What PyYAML says → what to do about it."""


class _Loader(yaml.SafeLoader):
    """The part of YAML that a table's own words survive: safe, one meaning for a key, and no surprises.

    Keys are text and stand once. Anchors, aliases and tags are refused: the first two can blow a small file up without
    bound, and all three are mostly meant as text (`*ASN*`). Dates stay text, and so do numbers such as 007 or 1_000.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML looks for a class attribute of this name
        first: [(tag, pattern) for tag, pattern in known if tag.endswith((":null", ":bool", ":float"))]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # its stubs leave it out
        if isinstance(event, yaml.AliasEvent) or event.anchor or getattr(event, "tag", None):
            raise yaml.composer.ComposerError(None, None, _QUOTE_THESE, event.start_mark)
        str(getattr(event, "value", "")).encode()  # ValueError: half a character, which nothing could store
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                wrong = f"the key {key_node.value} is not text to YAML; put it in quotes: '{key_node.value}'"
                if not isinstance(key_node, yaml.ScalarNode):
                    wrong = "a list or a mapping stands where a key should; a key is text"
                raise yaml.constructor.ConstructorError(None, None, wrong, key_node.start_mark)
            if key in seen:
                twice = f"key {key!r} stands twice; keep one"
                raise yaml.constructor.ConstructorError(None, None, twice, key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"(0|-?[1-9][0-9]{0,17})\Z"), list("-0123456789"))


def mapping_in(text: str, origin: str) -> dict[str, object]:
    """The mapping that the YAML is; `origin` names the file in errors. Raises SchemaError."""
    if len(text) > _LONGEST:
        raise SchemaError(f"{origin}: longer than {_LONGEST:,} characters; a schema describes a table, it holds none")
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - _Loader is a SafeLoader
    except yaml.YAMLError as error:
        raise SchemaError(f"{origin}: not valid YAML: {_broken(error)}") from error
    except (ValueError, OverflowError) as error:
        wrong = "an escape (\\u, \\U) names half a character, or one that does not exist; write the character itself"
        raise SchemaError(f"{origin}: not valid YAML: {wrong}") from error
    except RecursionError as error:
        raise SchemaError(f"{origin}: nested too deeply; no key of a schema is deeper than five levels") from error
    if not isinstance(content, dict):
        raise SchemaError(
            f"{origin}: a schema is a mapping with the keys name, version, prediction_point, label, columns; "
            f"found {'an empty file' if content is None else named(content)}"
        )
    return content


def _broken(error: yaml.YAMLError) -> str:
    """Where YAML ends to be one, why, and what to do about it."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f"{' '.join(str(error).split())}; remove it"
    place = f"line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
    hints = [hint for problem, hint in _YAML_HINTS.items() if problem in str(error.problem)]
    return f"{place}: {'; '.join([str(error.problem), *hints[:1]])}"
