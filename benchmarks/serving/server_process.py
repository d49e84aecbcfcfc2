"""Server processes of benchmarks, which do not inherit the product's settings from this process."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local.child_process import ServerProcess

_PRODUCT_PREFIXES = ("DELAY_", "MLFLOW_", "MODEL_")


@contextmanager
def start_server(
    command: Sequence[str], log: Path, ready_path: str, environment: Mapping[str, str] | None = None
) -> Iterator[ServerProcess]:
    """Run the command, with a free port for `{port}`, until the block ends. It answers `ready_path` with 200.

    Raises RuntimeError or TimeoutError with the end of its log.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PRODUCT_PREFIXES)}
    with ServerProcess(command, log, {**inherited, **(environment or {})}) as server:
        yield server.wait_until_ready(ready_path)
