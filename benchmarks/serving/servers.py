"""The benchmarks' own servers: of this process's environment they see what is not the product's."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.child_process import ServerProcess

_CHOSEN_HERE = ("DELAY_", "MLFLOW_", "MODEL_")


@contextmanager
def started(
    command: Sequence[str], log: Path, ready: str, environment: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Within, the command runs on a free port, `{port}` in it, and has answered `ready` with 200.

    Raises RuntimeError or TimeoutError with the end of its log.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_CHOSEN_HERE)}
    with ServerProcess(command, log, {**inherited, **(environment or {})}) as server:
        yield server.wait_until_ready(ready)
