"""A PostgreSQL server on this machine, with the product's databases and roles; loopback only."""

import json
import os
import secrets
import shlex
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self, TypedDict
from urllib.parse import quote

from delay_core.errors import StoreError
from infra.local.postgres_binaries import PostgresBinaries, system_folder
from infra.local.private_files import exclusive_lock, write_private

SUPERUSER = "postgres"

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. The end of its `with` block stops it; its data stay in the folder."""

    folder: Path
    port: int
    passwords: Mapping[str, str] = field(repr=False)
    binaries: PostgresBinaries = field(repr=False)
    settings: Mapping[str, str] = field(repr=False)

    @classmethod
    def start(
        cls,
        folder: Path | str,
        port: int | None = None,
        *,
        fsync: bool = True,
        settings: Mapping[str, str] | None = None,
        passwords: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the server of this folder, creating it if needed; one that already runs is returned unchanged.

        Without `port`, the last one, or a free one. `fsync=False` is for tests that are not about durability.
        `settings` are PostgreSQL's. `passwords` by role; missing ones are random and stored in `server.json`, which
        only the folder's owner can read. Raises StoreError.
        """
        home = Path(folder).absolute()
        home.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(home / "lock"):  # one start at a time
            running = cls.running(home)
            if running is not None:
                if port not in (None, running.port):
                    raise StoreError(f"PostgreSQL in {home} runs already, on port {running.port}; stop it first")
                return running
            saved = _load_state(home)
            random = {role: secrets.token_urlsafe(24) for role in role_names()}
            server = cls(
                folder=home,
                port=port or _free_port(saved["port"] if saved else 0),
                passwords=random | (saved["passwords"] if saved else {}) | dict(passwords or {}),
                binaries=PostgresBinaries.locate(),
                settings={"fsync": "on" if fsync else "off", **(settings or {})},
            )
            server._create()
            server._save_state()
            server._run()
            server._ensure_roles()
        return server

    @classmethod
    def running(cls, folder: Path | str) -> Self | None:
        """The server of this folder, or None if it does not run."""
        home = Path(folder).absolute()
        saved = _load_state(home)
        if saved is None or not (home / "data" / "postmaster.pid").is_file():
            return None
        server = cls(home, saved["port"], saved["passwords"], PostgresBinaries.locate(), saved["settings"])
        try:
            server._control("status")
        except StoreError:  # the pid file of a killed server
            return None
        return server

    def url(self, database: str, role: str) -> str:
        """The URL of the database for a role, with its password."""
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@{_LOOPBACK}:{self.port}/{database}"

    def stop(self, *, immediate: bool = False) -> None:
        """Stop the server; `immediate` like a power cut. Raises StoreError if it does not stop or does not run."""
        self._control("stop", "--mode", "immediate" if immediate else "fast", "--wait")

    def restart(self) -> None:
        """Stop the server if it runs, and start it on the same port."""
        with exclusive_lock(self.folder / "lock"):
            if self.running(self.folder) is not None:
                self.stop()
            self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running(self.folder) is not None:
            self.stop()

    @property
    def data(self) -> Path:
        """The folder of the server's files."""
        return (self.folder / "data").resolve()

    def _create(self) -> None:
        if (self.data / "PG_VERSION").is_file():
            return
        data = self.folder / "data"
        if not self.binaries.is_accessible(data) and not data.is_symlink():
            # The server's user cannot enter a folder of mode 0700; the data are elsewhere.
            data.symlink_to(system_folder() / f"data-{sha256(os.fsencode(self.folder)).hexdigest()[:12]}")
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.binaries.chown_to_server(self.data)
        password_file = self.data.with_name(f"{self.data.name}.password")
        try:
            write_private(password_file, self.passwords[SUPERUSER])
            self.binaries.chown_to_server(password_file)
            self.binaries.run(
                "initdb",
                *("--pgdata", str(self.data), "--username", SUPERUSER, "--pwfile", str(password_file)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
                *(() if self.settings["fsync"] == "on" else ("--no-sync",)),
            )
        finally:
            password_file.unlink(missing_ok=True)

    def _save_state(self) -> None:
        state = _ServerState(port=self.port, passwords=dict(self.passwords), settings=dict(self.settings))
        write_private(self.folder / "server.json", json.dumps(state, indent=2))

    def _run(self) -> None:
        settings = {
            "listen_addresses": _LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # the length of their paths is limited; TCP on loopback is sufficient
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        log = self.data / "server.log"
        try:
            self._control("start", "--wait", "--log", str(log), "--options", options)
        except StoreError as error:
            tail = log.read_text(errors="replace")[-800:] if log.is_file() else ""
            raise StoreError(f"{error} {' '.join(tail.split())}; the whole log is {log}") from None

    def _ensure_roles(self) -> None:
        environment = {f"{role.upper()}_PASSWORD": self.passwords[role] for role in role_names()}
        environment |= {"PGHOST": _LOOPBACK, "PGPORT": str(self.port), "PGUSER": SUPERUSER, "PGDATABASE": "postgres"}
        environment["PGPASSWORD"] = self.passwords[SUPERUSER]
        script = self.folder / "roles.sql"
        write_roles_script(script)
        psql = PostgresBinaries(self.binaries.folder, None)  # as the current user, who can read the script
        psql.run("psql", "--no-psqlrc", "--quiet", "--file", str(script), environment=environment)

    def _control(self, action: str, *arguments: str) -> str:
        return self.binaries.run("pg_ctl", action, "--pgdata", str(self.data), *arguments)


def role_names() -> list[str]:
    """The roles that log in: the superuser, and one per service."""
    from adapters.sql.postgresql.roles import ROLES  # noqa: PLC0415 - takes 0.3 s

    return [SUPERUSER, *ROLES]


def write_roles_script(path: Path) -> None:
    """Write the script for psql that creates databases and roles, which `delay db roles` prints."""
    from adapters.sql.postgresql.roles import roles_script  # noqa: PLC0415 - as above

    path.write_text(roles_script(), encoding="utf-8")


class _ServerState(TypedDict):
    port: int
    passwords: dict[str, str]
    settings: dict[str, str]


def _load_state(home: Path) -> _ServerState | None:
    try:
        state: _ServerState = json.loads((home / "server.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return state


def _free_port(preferred: int) -> int:
    """The preferred port if it is free, else any."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StoreError("no free port on this machine")
