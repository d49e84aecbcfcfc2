"""The API as its users run it, with API keys and without, with the model of the serving benchmark."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.servers import run_server
from entrypoints.keys import KeyFile, KeyRecord, Scope, generate_key, hash_key, write_key_file


@dataclass(frozen=True)
class RunningApi:
    """A running server, and the headers that it requires."""

    port: int
    headers: dict[str, str]

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def run_api(data: Path, name: str, log: Path, *, keys: bool, **variables: str) -> Iterator[RunningApi]:
    """`delay serve` with its data in the folder `data`; with `keys`, one API key with all scopes.

    `variables` are added to the server's environment.
    """
    environment = {"DELAY_DATA": str(data), "DELAY_LOCAL": str(data), "MODEL_NAME": name, **variables}
    environment["DELAY_API__SCHEMA_DRAFTS"] = (
        "off"  # a body of any content is a table, and a process for each takes seconds
    )
    headers = {}
    if keys:
        key, path = generate_key(), log.with_suffix(".keys.json")
        write_key_file(
            path, KeyFile(keys=(KeyRecord(name="explorer", sha256=hash_key(key.encode()), scopes=tuple(Scope)),))
        )
        environment["DELAY_API__KEYS"], headers["X-API-Key"] = str(path), key
    command = (str(Path(sys.executable).with_name("delay")), "serve", "--port", "{port}")
    with run_server(command, log, "/health/ready", environment) as server:
        yield RunningApi(server.port, headers)
