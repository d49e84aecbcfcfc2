"""The API as its users run it, with and without API keys."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.server_process import start_server
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file


@dataclass(frozen=True)
class ConformanceServer:
    """A running server, and the headers that its requests need."""

    port: int
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def start_api(data: Path, name: str, log: Path, *, keys: bool, **variables: str) -> Iterator[ConformanceServer]:
    """`delay serve` over this data folder; with `keys`, for one client that has all scopes.

    `variables` are environment variables of the server.
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
    with start_server(command, log, "/health/ready", environment) as server:
        yield ConformanceServer(server.port, headers)
