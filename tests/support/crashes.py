"""Processes forked from a server that has imported everything, most of which die by SIGKILL at a chosen place."""

import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from multiprocessing.process import BaseProcess
from typing import Any

_PROCESSES = multiprocessing.get_context("forkserver")  # imports what costs seconds once, and forks from there
_PROCESSES.set_forkserver_preload(
    [
        "adapters.files",
        "adapters.mlflow.embedded",
        "adapters.onnx.model_explainer",
        "adapters.sklearn.model_trainer",
        "adapters.html",
        "adapters.matplotlib",
        "adapters.simulator",
        "adapters.tabular",
        "alembic.command",
        "alembic.script",
        "entrypoints.api.__main__",
        "entrypoints.api.app",
        "entrypoints.cli.command_line",
        "entrypoints.cli.serve_command",
        "pytest",
    ]
)


def killed_before(target: str, work: Callable[..., object], *arguments: object) -> None:
    """Run `work` in a process that dies when it is about to call `place` (module:Class.method)."""
    dies(_patched, target, False, 1, work, *arguments)


def killed_before_call(number: int, target: str, work: Callable[..., object], *arguments: object) -> None:
    """As `killed_before`, at the call of this number, from 1."""
    dies(_patched, target, False, number, work, *arguments)


def killed_after(target: str, work: Callable[..., object], *arguments: object) -> None:
    """Run `work` in a process that dies when a call of `place` (module:Class.method) has returned."""
    dies(_patched, target, True, 1, work, *arguments)


def killed_at_copy(number: int, work: Callable[..., object], *arguments: object) -> None:
    """Run `work` in a process that dies when it is about to copy its file of this number."""
    dies(_copying, number, work, *arguments)


def at_once(work: Callable[..., object], arguments: list[tuple[object, ...]]) -> None:
    """Run `work` in as many processes at the same time, the last argument being a barrier; all must end well."""
    barrier = _PROCESSES.Barrier(len(arguments))
    processes = [_PROCESSES.Process(target=work, args=(*one, barrier)) for one in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * len(processes)


def forked(target: Callable[..., object], *arguments: object) -> BaseProcess:
    """Run `target` in a process, and do not wait for it."""
    process: BaseProcess = _PROCESSES.Process(target=target, args=arguments)
    process.start()
    return process


def dies(target: Callable[..., object], *arguments: object) -> None:
    """Run `target` in a process, which has to end by SIGKILL."""
    process = forked(target, *arguments)
    process.join()
    assert process.exitcode == -signal.SIGKILL


def _patched(target: str, after: bool, number: int, work: Callable[..., object], *arguments: object) -> None:
    module, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    calls = 0

    @wraps(original)
    def deadly(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls < number:
            return original(*args, **kwargs)
        if after:
            original(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    setattr(owner, name, deadly)
    work(*arguments)


def _copying(number: int, work: Callable[..., object], *arguments: object) -> None:
    copies = 0

    def watch(event: str, _: tuple[object, ...]) -> None:
        nonlocal copies
        if event == "shutil.copyfile":
            copies += 1
            if copies == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    work(*arguments)
