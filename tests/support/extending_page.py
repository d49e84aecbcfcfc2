"""The code of docs/extending.md."""

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs/extending.md"


def run_code_of(section: str) -> dict[str, Any]:
    """The names that the Python code of a section of the page defines."""
    text = PAGE.read_text("utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    names: dict[str, Any] = {}
    for code in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(compile(code, f"{PAGE.name}, {section}", "exec"), names)  # noqa: S102 - the page is ours
    return names
