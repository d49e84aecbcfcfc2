"""Standard output for people."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> "Console":
    """Standard output, as wide as the terminal; a log gets room for whole tables."""
    from rich.console import Console

    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=132)


def line(text: str) -> None:
    """One line of plain text."""
    from rich.markup import escape

    console().print(escape(text), soft_wrap=True)


def callable_here(command: str) -> str:
    """The command as it can be typed here: with its path where the environment is not active; a URL stays one."""
    if "://" in command.split(" ", 1)[0]:
        return command
    program, rest = command.split(" ", 1)
    here = Path(sys.executable).with_name(program)
    if shutil.which(program) or not here.exists():
        return command
    return f"{here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here} {rest}"
