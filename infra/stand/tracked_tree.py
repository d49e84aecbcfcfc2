"""A copy of the tracked files as they are now, for what runs outside the clone; and how make runs there."""

import shutil
from collections.abc import Callable
from pathlib import Path

from infra.stand.commands import ROOT, tracked_files

MAKE_VARIABLES = ("READY=", f"VENV={ROOT}/.venv")
"""make uses the environment of this clone, and never makes another."""


def copy_tracked_tree(folder: Path, is_wanted: Callable[[str], bool] = lambda _: True) -> None:
    """Copy each tracked file whose path is wanted."""
    for name in tracked_files():
        if is_wanted(name) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
