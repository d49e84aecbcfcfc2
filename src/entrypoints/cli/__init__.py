"""The command line: `delay …`."""

import errno
import gc
import sys

_OWN = ("adapters", "delay_core", "entrypoints", "migrations")
"""Packages of this distribution: a missing module of theirs is a bug, not a library to install."""

_READER_LEFT = 1
"""Exit code if the program that reads the output, such as `head`, has ended; there is no message, as in other tools."""
_EXIT_NOT_WRITABLE = 6
_OUTPUT_ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT)


_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's own number is hundreds; the collections while libraries are imported took a tenth of a short command."""


def main() -> None:
    """Run the command line. If a library of it or of the command is missing, the message says how to install it."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from entrypoints.cli.command_line import run
        from entrypoints.cli.streams import flush_output, tolerate_any_encoding

        tolerate_any_encoding()
        try:
            run()
        finally:
            flush_output()
    except ModuleNotFoundError as error:
        library = str(error.name).split(".")[0]
        if library in _OWN:
            raise
        sys.exit(f"delay needs {library}: pip install 'delay-core[all]'")
    except BrokenPipeError:
        sys.exit(_READER_LEFT)
    except OSError as error:
        if error.errno not in _OUTPUT_ERRORS:
            raise
        sys.stderr.write(f"delay: cannot write: {error.strerror}\n")
        sys.exit(_EXIT_NOT_WRITABLE)
