"""Runs the `delay` command inside this process, whose imports are done, with the state of a new process."""

import gc
import importlib
import logging
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, Literal, Never, TextIO

import adapters.mlflow.library  # sets variables when it is imported
import entrypoints.cli

_DEFAULT_FILTERS: tuple[tuple[Literal["default", "ignore"], type[Warning], str], ...] = (
    # of Python itself; the first one matches first
    ("default", DeprecationWarning, "__main__"),
    ("ignore", DeprecationWarning, ""),
    ("ignore", PendingDeprecationWarning, ""),
    ("ignore", ImportWarning, ""),
    ("ignore", ResourceWarning, ""),
)


def run_in_process(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | str | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run `delay`. An exception that it does not handle is raised here.

    Both of its streams are files, not a terminal. The state of this process is restored afterwards.
    """
    with _text_file() as out, _text_file() as err:
        code = run_command(command, environment, out, err, folder)
        return subprocess.CompletedProcess(list(command), code, _content(out), _content(err))


def run_command(
    command: Sequence[str],
    environment: Mapping[str, str],
    out: TextIO,
    err: TextIO,
    folder: Path | str | None = None,
) -> int:
    """Run `delay` with these streams and return its exit code."""
    with ExitStack() as stack:
        for state in (_environment(environment), _interpreter(command), _logging(), chdir(folder or Path.cwd())):
            stack.enter_context(state)
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(_warnings())
        code = 0
        gc.freeze()
        try:
            entrypoints.cli.main()
        except SystemExit as end:
            code = _exit_code(end.code)
        finally:
            gc.collect()  # closes what the command left open, with the command's filters of warnings
            gc.unfreeze()
        return code


def _text_file() -> TextIO:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _content(file: TextIO) -> str:
    file.flush()
    file.seek(0)
    return file.read()


def _exit_code(code: object) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    sys.stderr.write(f"{code}\n")
    return 1


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before, during = dict(os.environ), dict(variables)
    try:
        os.environ.clear()
        os.environ.update(during)
        importlib.reload(adapters.mlflow.library)  # a new process sets its variables when it imports it
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def _interpreter(command: Sequence[str]) -> Iterator[None]:
    before = sys.argv, sys.excepthook, os.execv
    sys.argv, os.execv = list(command), _refuse_exec
    try:
        yield
    finally:
        sys.argv, sys.excepthook, os.execv = before


def _refuse_exec(path: Any, _: Any) -> Never:
    raise AssertionError(f"the command would replace the process of the tests by {path}: run it as a process")


@contextmanager
def _logging() -> Iterator[None]:
    """The root logger has no handlers: warnings go to standard error."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    root.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@contextmanager
def _warnings() -> Iterator[None]:
    """Warnings are printed; in tests they are raised."""
    with warnings.catch_warnings():
        warnings.resetwarnings()
        for action, category, module in _DEFAULT_FILTERS:
            warnings.filterwarnings(action, category=category, module=module, append=True)
        warnings.showwarning = _print_warning
        yield


def _print_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    sys.stderr.write(warnings.formatwarning(message, category, filename, lineno))
