"""The processes of a run of the tests; as a program, ends them when the run was itself killed.

The program reads the run's mark and folder from standard input, which closes when the process that began the run ends.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def processes_of(mark: str, folder: str) -> Iterator[tuple[int, str]]:
    """Id and command line of each process with this `NAME=value` in its environment, or this folder in its command.

    PostgreSQL's processes have no such variable; their command line has the folder of their data.
    """
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it ended meanwhile, or is another user's
                command = (entry / "cmdline").read_bytes()
                marked = mark.encode() in (entry / "environ").read_bytes().split(b"\0")
                if command and (marked or os.fsencode(folder) in command):
                    yield int(entry.name), command.replace(b"\0", b" ").decode(errors="replace").strip()


def main() -> None:
    mark, folder, *_ = sys.stdin.read().splitlines()
    for pid, _ in processes_of(mark, folder):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
