"""The API as its users run it, with API keys and without, over the serving benchmark's model."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.servers import started
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file


@dataclass(frozen=True)
class Served:
    """A server that answers, and the headers that it wants to see."""

    port: int
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def served(data: Path, name: str, log: Path, *, keys: bool, **variables: str) -> Iterator[Served]:
    """`delay serve` with its data in this folder; with `keys`, for one client who may do everything.

    `variables` are of the server's environment.
    """
    environment = {"DELAY_DATA": str(data), "DELAY_LOCAL": str(data), "MODEL_NAME": name, **variables}
    headers = {}
    if keys:
        key, path = generate_key(), log.with_suffix(".keys.json")
        write_key_file(
            path, KeyFile(keys=(KeyRecord(name="explorer", sha256=hash_key(key.encode()), scopes=tuple(Scope)),))
        )
        environment["DELAY_API__KEYS"], headers["X-API-Key"] = str(path), key
    command = (str(Path(sys.executable).with_name("delay")), "serve", "--port", "{port}")
    with started(command, log, "/health/ready", environment) as server:
        yield Served(server.port, headers)
