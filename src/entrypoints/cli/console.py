"""Standard output for people."""

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def console() -> "Console":
    """Standard output, as wide as the terminal; where it is no terminal, wide enough for whole tables."""
    from rich.console import Console

    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=132)


def print_line(text: str) -> None:
    """Print one line of plain text."""
    from rich.markup import escape

    console().print(escape(text), soft_wrap=True)


def delay_command(*arguments: object) -> str:
    """A command line of `delay` for people to copy: quoted for a shell, and runnable here."""
    return runnable_command(shlex.join(["delay", *map(str, arguments)]))


def runnable_command(command: str) -> str:
    """The command as it can be typed here: with its path where the environment is not active. A URL stays as it is."""
    if "://" in command.split(" ", 1)[0]:
        return command
    program, arguments = command.split(" ", 1)
    path = Path(sys.executable).with_name(program)
    if shutil.which(program) or not path.exists():
        return command
    path = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shlex.quote(str(path))} {arguments}"
