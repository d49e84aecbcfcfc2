"""The documentation: its diagrams parse, and the map names every package."""

import re
from pathlib import Path

import pytest

from support.mermaid import mermaid_blocks, syntax_errors

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_mermaid_diagrams__parse():
    errors = [
        f"{page.relative_to(ROOT)}:{start + 1 + index}: {text.strip()}"
        for page in PAGES
        for start, lines in mermaid_blocks(page.read_text("utf-8"))
        for index, text in syntax_errors(lines)
    ]

    assert not errors, "Mermaid may not parse:\n" + "\n".join(errors)


def test_where_to_look__names_every_package():
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    section = page.split("## Where to look\n")[1].split("\n## ")[0]
    packages = {path.parent.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("__init__.py")}

    missing = sorted(package for package in packages if f"`{package}`" not in section)

    assert not missing, f"docs/architecture.md, Where to look, does not name {', '.join(missing)}"


def test_pages_that_other_files_name__exist():
    folders = ("src", "infra", "k8s", "benchmarks", ".github")
    files = [ROOT / "Makefile", *(path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())]
    text = {path: path.read_text("utf-8", errors="ignore") for path in files if "__pycache__" not in path.parts}

    missing = [
        f"{path.relative_to(ROOT)}: {page}"
        for path in text
        for page in re.findall(r"docs/[\w/-]+\.md", text[path])
        if not (ROOT / page).is_file()
    ]

    assert not missing, "no such page:\n" + "\n".join(missing)


@pytest.mark.parametrize(
    "line",
    [
        "pages: the model card for a browser",
        "api[api: FastAPI] -> container",
        "model[scikit-learn (ONNX)]",
        "end",
        "a --> end",
        "sql[sql: predictions",
    ],
)
def test_syntax_errors__reports_a_line_that_mermaid_refuses(line):
    assert list(syntax_errors(["flowchart LR", line])) == [(1, line)]


@pytest.mark.parametrize(
    "lines",
    [
        ["flowchart TD", "  subgraph core", "    a[a: b, c] --> b & c -->|reads| d", "  end", "  %% a comment"],
        ["sequenceDiagram", "  participant C as client", "  C->>api: POST /predict", "  loop every second", "  end"],
    ],
)
def test_syntax_errors__accepts_flowcharts_and_sequence_diagrams(lines):
    assert list(syntax_errors(lines)) == []


def test_syntax_errors__reports_an_open_block_and_an_unknown_kind():
    assert list(syntax_errors(["flowchart LR", "subgraph core"])) == [(-1, "a block has no end")]
    assert list(syntax_errors(["pie", "a"])) == [(0, "pie")]


def test_the_map__names_files_that_exist():
    roots = [ROOT / "docs", ROOT / "src", *(ROOT / "src" / part for part in ("delay_core", "entrypoints"))]
    roots += [folder for folder in (ROOT / "src" / "delay_core").iterdir() if folder.is_dir()]
    names = set(re.findall(r"`([\w/]+\.py)`", (ROOT / "docs" / "architecture.md").read_text("utf-8")))

    missing = {name for name in names if not any((root / name).is_file() for root in roots)}

    assert len(names) > 30
    assert not missing
