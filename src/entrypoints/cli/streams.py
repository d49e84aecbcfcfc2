"""Standard output and standard error in any encoding: a character that the encoding lacks is written as an escape."""

import codecs
import io
import os
import sys
from pathlib import Path
from typing import TextIO

_ESCAPES = "backslashreplace"


def tolerate_any_encoding() -> None:
    """From now on, no character raises UnicodeEncodeError when it is printed. A closed output is as /dev/null."""
    if sys.stdout is None:  # the shell's >&-
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPES)


def flush_output() -> None:
    """Write what is left in the buffer now, while an error can still be reported. Raises OSError."""
    try:
        sys.stdout.flush()
    except OSError:
        with Path(os.devnull).open("wb") as nothing:  # else Python flushes again at its end, and complains
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        raise


def needs_ascii(stream: TextIO | None) -> bool:
    """Whether a file for programs, written there, has to consist of ASCII: they read UTF-8."""
    return stream is None or codecs.lookup(stream.encoding or "ascii").name not in ("utf-8", "utf-16")


def ascii_yaml(text: str) -> str:
    """The same content in ASCII: values with quoted escapes, comments with escapes."""
    import yaml

    parts, end = [], 0
    for token in yaml.scan(text, yaml.SafeLoader):
        if isinstance(token, yaml.ScalarToken):
            start, stop = token.start_mark.index, token.end_mark.index
            if not text[start:stop].isascii():
                quoted = yaml.safe_dump(token.value, default_style='"', width=len(text) * 10).strip()
                parts += [text[end:start], quoted]
                end = stop
    parts.append(text[end:])
    return "".join(parts).encode("ascii", _ESCAPES).decode("ascii")
