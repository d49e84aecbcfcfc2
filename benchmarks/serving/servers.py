"""Servers of the benchmarks: they inherit this process's environment without the product's settings."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.child_process import ServerProcess

_PRODUCT_PREFIXES = ("DELAY_", "MLFLOW_", "MODEL_")


@contextmanager
def run_server(
    command: Sequence[str], log: Path, ready_path: str, environment: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Run the command on a free port, which replaces `{port}`; it has answered `ready_path` with 200.

    Raises RuntimeError or TimeoutError with the end of its log.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PRODUCT_PREFIXES)}
    with ServerProcess(command, log, {**inherited, **(environment or {})}) as server:
        yield server.wait_until_ready(ready_path)
