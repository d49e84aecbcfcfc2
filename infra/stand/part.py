"""A part of the stand: one check that runs real tools."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Need = Callable[[], str | None]
"""Returns what this machine lacks, as a sentence without its full stop; None if it lacks nothing."""


class PartFailed(Exception):
    """What a part checks is not so. The message names what, where, and what would be right."""


@dataclass(frozen=True)
class Part:
    """`run` gets an empty folder, raises `PartFailed` on failure, and returns a note of a few words, or "".

    A part whose needs this machine does not meet does not run, and the reason is printed. A part cannot skip itself:
    where its tools are, it passes or fails.
    """

    name: str
    run: Callable[[Path], str]
    needs: tuple[Need, ...] = ()


def executable(name: str, package: str = "") -> Need:
    """The command `name` is on PATH; `package` says what installs it."""

    def lacking() -> str | None:
        hint = f" (install {package})" if package else ""
        return None if shutil.which(name) else f"{name} is not on PATH{hint}"

    return lacking


def root_user() -> str | None:
    """The user is root."""
    return None if os.geteuid() == 0 else "this needs the user root"
