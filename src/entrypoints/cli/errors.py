"""Errors at a terminal: a message for people, codes for programs, and the exit code."""

import json
import sys

from delay_core import errors
from entrypoints.keys import InvalidKeyFile

_EXIT_CODES: tuple[tuple[type[errors.DelayError], int], ...] = (
    (errors.SchemaError, 3),
    (errors.SourceError, 3),
    (errors.ShipmentValidationError, 3),
    (InvalidKeyFile, 3),
    (errors.UnknownDeadLetter, 3),
    (errors.TrainingRefused, 4),
    (errors.BundleError, 5),
    (errors.NoSuchModel, 5),
    (errors.StoreError, 6),
    (errors.NotificationError, 6),
    (errors.ServingChanged, 8),
)
_CODES = {
    3: "invalid_input",
    4: "training_refused",
    5: "model_unavailable",
    6: "store_unavailable",
    8: "serving_changed",
}
"""Exit code → the code of the error in JSON."""
MAX_VIOLATIONS = 1000
"""Violations that the JSON of an error lists."""


def exit_code(error: errors.DelayError) -> int:
    """The exit code for this kind of error."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), 1)


def print_error(error: errors.DelayError, *, as_json: bool) -> None:
    """Print the message on standard error; with `as_json`, a JSON object as the last line there too."""
    from rich.console import Console
    from rich.markup import escape

    Console(stderr=True, soft_wrap=True).print(f"[bold red]delay:[/] {escape(_message(error))}")
    if as_json:
        sys.stderr.write(json.dumps({"error": error_json(error)}) + "\n")


def _message(error: errors.DelayError) -> str:
    """The message, with the command that solves the problem."""
    return f"{error}: run `delay db upgrade`" if isinstance(error, errors.MigrationRequired) else str(error)


def error_json(error: errors.DelayError) -> dict[str, object]:
    """The error as data: a stable code, the message, and what is wrong with which field and row."""
    violations = error.violations if isinstance(error, errors.ViolationError | errors.SourceError) else ()
    return {
        "code": _CODES.get(exit_code(error), "error"),
        "message": _message(error),
        "violations": [
            {
                "field": violation.field,
                "code": violation.code.value,
                "message": violation.message(),
                "row": violation.row,
            }
            for violation in violations[:MAX_VIOLATIONS]
        ],
    }
