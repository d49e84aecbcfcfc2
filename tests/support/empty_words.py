"""Names in the code that say nothing; docs/glossary.md has the words to use instead.

`python tests/support/empty_words.py` lists them with their lines; with `--write` it writes the new baseline.
"""

import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
TREES = ("src", "tests", "benchmarks", "infra", "migrations")
BASELINE = Path(__file__).with_name("empty_words.json")
UNCHANGED = frozenset(["tests/e2e/test_api_predecessor.py"])
"""Not checked: this test stays as it was, to show that clients of the predecessor are answered as before."""
EMPTY_WORDS = frozenset(
    [
        *(
            "asked",
            "errand",
            "errands",
            "found",
            "given",
            "gone",
            "heard",
            "lane",
            "lanes",
            "lesson",
            "lessons",
            "meant",
        ),
        *("meeting", "meetings", "place", "places", "said", "shown", "thrown", "told", "verdict", "verdicts"),
    ]
)
"""Participles and metaphors whose meaning a reader cannot guess."""
LIMIT_WORDS = frozenset(["MOST", "FEWEST"])
"""Words that no constant has: a limit is named `MAX_…` or `MIN_…`."""
_ANY_WORD = re.compile("|".join(EMPTY_WORDS | LIMIT_WORDS), re.IGNORECASE)


class EmptyName(NamedTuple):
    """A name that contains an empty word."""

    path: str
    line: int
    name: str
    word: str


@cache
def empty_words(name: str) -> Sequence[str]:
    """The empty words of a name: `told_rows`, `AskedRows` and `MOST_ROWS` have one each; `not_found` has none."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower().replace("not_found", ""))
    limits = LIMIT_WORDS.intersection(name.split("_")) if name.isupper() else []
    return [*EMPTY_WORDS.intersection(words), *sorted(limits)]


def empty_names(code: str, path: str = "") -> Iterator[EmptyName]:
    """The empty words in the names that a module defines: functions, classes, arguments, variables, attributes.

    Names of test functions are sentences and are not checked.
    """
    if not _ANY_WORD.search(code):  # most files have none, and parsing takes long
        return
    for node in ast.walk(ast.parse(code)):
        for name in _defined_names(node):
            yield from (EmptyName(path, getattr(node, "lineno", 0), name, word) for word in empty_words(name))


def find_empty_names() -> list[EmptyName]:
    """All of them in the repository, names of files and folders included; without the files in `UNCHANGED`."""
    paths = [path for tree in TREES for path in sorted((ROOT / tree).rglob("*.py"))]
    return [name for path in paths if _relative(path) not in UNCHANGED for name in _in_file(path)]


def count_by_word(names: list[EmptyName]) -> dict[str, int]:
    """How often each empty word occurs."""
    return dict(sorted(Counter(name.word for name in names).items()))


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _in_file(path: Path) -> Iterator[EmptyName]:
    for part in path.relative_to(ROOT).with_suffix("").parts:
        yield from (EmptyName(_relative(path), 0, part, word) for word in empty_words(part))
    yield from empty_names(path.read_text("utf-8"), _relative(path))


def _defined_names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) if name.startswith("test_"):
            return
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name
        case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name


if __name__ == "__main__":
    names = find_empty_names()
    if "--write" in sys.argv:
        BASELINE.write_text(json.dumps(count_by_word(names), indent=1) + "\n", "utf-8")
    for empty in names:
        print(f"{empty.path}:{empty.line}: {empty.name}")  # noqa: T201  # a command's output
