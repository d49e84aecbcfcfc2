"""The command line: `delay …`."""

import sys


def main() -> None:
    """Start it; where its libraries are missing, say how to install them."""
    try:
        from entrypoints.cli.command_line import run
    except ModuleNotFoundError as error:
        sys.exit(f"delay needs {error.name}: pip install 'delay-core[all]'")
    run()
