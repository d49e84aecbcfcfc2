"""The command line: `delay …`."""

import sys

_OWN = ("adapters", "delay_core", "entrypoints", "migrations")
"""Packages of this distribution: a missing module of theirs is a bug, not a library to install."""


def main() -> None:
    """Run the command line. If a library of it or of the command is missing, the message says how to install it."""
    try:
        from entrypoints.cli.command_line import run

        run()
    except ModuleNotFoundError as error:
        library = str(error.name).split(".")[0]
        if library in _OWN:
            raise
        sys.exit(f"delay needs {library}: pip install 'delay-core[all]'")
