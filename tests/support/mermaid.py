"""A conservative grammar of Mermaid flowcharts and sequence diagrams: what it accepts, Mermaid parses."""

import re
from collections.abc import Iterator

_LABEL = r"""[^\[\](){}"|]+|"[^"]*\""""
_ID = r"(?!end\b)[A-Za-z_]\w*(?:-\w+)*"
_NODE = rf"{_ID}(?:\[\[(?:{_LABEL})\]\]|\[\((?:{_LABEL})\)\]|\[(?:{_LABEL})\]|\((?:{_LABEL})\)|\{{(?:{_LABEL})\}})?"
_NODES = rf"{_NODE}(?: & {_NODE})*"
_LINK = r"(?:-->|---|-\.->|==>)(?:\|[^|\[\](){}\"]+\|)?"
_STATEMENTS = {
    "flowchart": re.compile(rf"{_NODES}(?: {_LINK} {_NODES})*"),
    "sequenceDiagram": re.compile(
        rf"(?:participant|actor) {_ID}(?: as [^;#]+)?"
        rf"|{_ID}(?:->>|-->>|-\)|--\)){_ID}: [^;#]+|Note (?:over|left of|right of) {_ID}(?:,{_ID})?: [^;#]+"
    ),
}
_BLOCKS = {
    "flowchart": re.compile(rf"subgraph {_ID}(?: ?\[(?:{_LABEL})\])?"),
    "sequenceDiagram": re.compile(r"(?:loop|alt|opt|par) [^;#]+"),
}
_HEADER = re.compile(r"(flowchart) (?:LR|RL|TB|TD|BT)|(sequenceDiagram)")


def mermaid_blocks(markdown: str) -> list[tuple[int, list[str]]]:
    """The fenced `mermaid` blocks of a page: the line number of each fence, and the lines inside."""
    blocks: list[tuple[int, list[str]]] = []
    is_open = False
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.strip() == "```mermaid":
            blocks.append((number, []))
            is_open = True
        elif line.strip() == "```":
            is_open = False
        elif is_open:
            blocks[-1][1].append(line)
    return blocks


def syntax_errors(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Index and text of each line of a diagram that is outside the grammar; -1 if a block is not closed."""
    header = _HEADER.fullmatch(lines[0].strip()) if lines else None
    if header is None:
        yield 0, lines[0] if lines else "an empty diagram"
        return
    kind = header[1] or header[2]
    depth = 0
    for index, line in enumerate(lines[1:], 1):
        statement = line.strip()
        if _BLOCKS[kind].fullmatch(statement):
            depth += 1
        elif statement == "end" and depth:
            depth -= 1
        elif statement and not statement.startswith("%%") and not _STATEMENTS[kind].fullmatch(statement):
            yield index, line
    if depth:
        yield -1, "a block has no end"
