"""The command line: `delay …`."""

import sys

_OWN = ("adapters", "delay_core", "entrypoints", "migrations")
"""Packages of this distribution: one of their modules that is missing is a bug, not a library to install."""


def main() -> None:
    """Start it; where a library is missing, of the command line or of the command, say how to install it."""
    try:
        from entrypoints.cli.command_line import run

        run()
    except ModuleNotFoundError as error:
        library = str(error.name).split(".")[0]
        if library in _OWN:
            raise
        sys.exit(f"delay needs {library}: pip install 'delay-core[all]'")
