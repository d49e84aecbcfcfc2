"""The product's errors, told to people at a terminal and to programs by exit code."""

from delay_core import errors
from entrypoints.keys import InvalidKeyFile

_CODES: tuple[tuple[type[errors.DelayError], int], ...] = (
    (errors.SchemaError, 3),
    (errors.SourceError, 3),
    (errors.InvalidShipment, 3),
    (InvalidKeyFile, 3),
    (errors.TrainingRefused, 4),
    (errors.BundleError, 5),
    (errors.NoSuchModel, 5),
    (errors.StoreError, 6),
)


def exit_code(error: errors.DelayError) -> int:
    """The exit code that stands for this kind of error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def tell(error: errors.DelayError) -> None:
    """Say on standard error what is wrong."""
    from rich.console import Console
    from rich.markup import escape

    Console(stderr=True, soft_wrap=True).print(f"[bold red]delay:[/] {escape(str(error))}")
