"""Commands that the output of a command tells people to run next."""

import re
import shlex
from typing import Any

import typer
from typer.core import TyperGroup

from entrypoints.cli.command_line import app


def printed_commands(text: str) -> dict[tuple[str, ...], dict[str, object]]:
    """The commands of `delay` in this output with their options, parsed and validated as the program does."""
    lines = re.findall(r": ((?:[A-Z_]+=\S+ )*'?\S*\bdelay'? .*)$", text, re.MULTILINE)
    return dict(map(_parse, lines))


def _parse(line: str) -> tuple[tuple[str, ...], dict[str, object]]:
    words = [word for word in shlex.split(line) if not re.match(r"[A-Z_]+=", word)]
    command: Any = typer.main.get_command(app)
    path: list[str] = []
    arguments = words[1:]
    with command.make_context("delay", [], resilient_parsing=True) as context:
        while isinstance(command, TyperGroup):
            path.append(arguments.pop(0))
            subcommand = command.get_command(context, path[-1])
            assert subcommand is not None, line
            command = subcommand
        return tuple(path), command.make_context(path[-1], arguments).params
