"""`delay`: every command, and what its exit code means."""

import sys

from delay_core.errors import DelayError
from entrypoints.cli import (
    commands,
    db_commands,
    decisions_command,
    keys_commands,
    records_commands,
    registry_commands,
    schema_commands,
    serve_command,
    simulate_command,
    sync_command,
)
from entrypoints.cli.app import app
from entrypoints.cli.errors import exit_code, tell

__all__ = ["app", "run"]

MODULES = (
    commands,
    db_commands,
    decisions_command,
    keys_commands,
    records_commands,
    registry_commands,
    schema_commands,
    serve_command,
    simulate_command,
    sync_command,
)
"""Each adds its commands to the app when imported."""


def run() -> None:
    """Run the command line; an error that the product explains becomes a sentence and an exit code."""
    try:
        app(prog_name="delay")
    except DelayError as error:
        tell(error)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
