"""`delay`: all commands, and the exit codes of errors."""

import sys

from delay_core.errors import DelayError
from entrypoints.cli import (
    db_commands,
    decisions_command,
    demo_command,
    keys_commands,
    monitor_commands,
    outbox_commands,
    outcomes_commands,
    pipeline_commands,
    recalibrate_command,
    registry_commands,
    retention_commands,
    schema_commands,
    serve_command,
    simulate_command,
    sync_command,
    ui_command,
)
from entrypoints.cli.app import app
from entrypoints.cli.errors import exit_code, print_error

__all__ = ["app", "run"]

MODULES = (
    db_commands,
    decisions_command,
    demo_command,
    keys_commands,
    monitor_commands,
    outbox_commands,
    outcomes_commands,
    pipeline_commands,
    recalibrate_command,
    registry_commands,
    retention_commands,
    schema_commands,
    serve_command,
    simulate_command,
    sync_command,
    ui_command,
)
"""Each module adds its commands to the app when it is imported."""


def run() -> None:
    """Run the command line. A DelayError becomes a message and an exit code, with --json also JSON."""
    try:
        app(prog_name="delay")
    except DelayError as error:
        print_error(error, as_json="--json" in sys.argv)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        sys.exit(130)
