"""The `delay` command in processes forked from a server that has imported it: killed on their way, or at once."""

import io
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.synchronize import Barrier
from pathlib import Path

from support.cli import Delay, command_line
from support.crashes import at_once, dies, killed_before
from support.in_process import run_command


def killed_at_line(delay: Delay, arguments: Sequence[object], beginning: str) -> None:
    """Run the command in a process that dies when it writes a line with this beginning to standard error."""
    dies(_run_until_line, beginning, command_line(arguments), delay.environment)


def killed_at_file(delay: Delay, arguments: Sequence[object], name: str, number: int = 1) -> None:
    """Run the command in a process that dies when it is about to write its file of this name and number."""
    dies(_run_until_file, name, number, command_line(arguments), delay.environment)


def killed_at_call(delay: Delay, arguments: Sequence[object], target: str) -> None:
    """Run the command in a process that dies when it is about to call `target` (module:Class.method)."""
    killed_before(target, _run, command_line(arguments), delay.environment)


def outputs_at_once(delay: Delay, processes: int, folder: Path, *arguments: object) -> list[str]:
    """What the same command writes to standard output in as many processes at the same time; all must end well."""
    files = [folder / f"{number}.out" for number in range(processes)]
    at_once(_write_output, [(file, command_line(arguments), delay.environment) for file in files])
    return [file.read_text("utf-8") for file in files]


class _DeadlyStream(io.StringIO):
    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def write(self, text: str) -> int:
        if self._text in text:
            _die()
        return super().write(text)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    run_command(command, environment, io.StringIO(), io.StringIO())


def _run_until_line(beginning: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    run_command(command, environment, io.StringIO(), _DeadlyStream(beginning))


def _run_until_file(name: str, number: int, command: Sequence[str], environment: Mapping[str, str]) -> None:
    files = 0

    def watch(event: str, about: tuple[object, ...]) -> None:
        nonlocal files
        if event == "open" and isinstance(about[0], str | os.PathLike) and _is_written(about[2]):
            files += os.fspath(about[0]).rpartition("/")[2] == name
            if files == number:
                _die()

    sys.addaudithook(watch)
    _run(command, environment)


def _write_output(file: Path, command: Sequence[str], environment: Mapping[str, str], barrier: Barrier) -> None:
    barrier.wait()
    with file.open("w", encoding="utf-8") as out:
        assert run_command(command, environment, out, sys.stderr) == 0


def _is_written(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
