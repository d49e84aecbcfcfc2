"""A real PostgreSQL on this machine: one server, its databases and roles; loopback only."""

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
from infra.local.postgres_programs import Programs, system_folder
from infra.local.private_files import exclusive_lock, write_private

ROLES = (
    "serving_owner",
    "monitoring_owner",
    "serving",
    "operator",
    "monitoring",
    "reader",
    "mlflow",
    "airflow",
)
SUPERUSER = "postgres"

_ROLES_SQL = Path(__file__).parents[1] / "postgres" / "roles.sql"
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class PostgresServer:
    """A running server. Leaving its `with` block stops it; its data stay in the folder."""

    folder: Path
    port: int
    passwords: Mapping[str, str] = field(repr=False)
    programs: Programs = field(repr=False)
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
        """Start the server of this folder, made when it is not there; one that runs already is taken as it is.

        Without `port`, the one it had before, or a free one. `fsync=False` is for tests that are not about durability.
        `settings` are PostgreSQL's own. `passwords` by role; those not given are random, and kept in `server.json`,
        which only the folder's owner reads. Raises StoreError.
        """
        home = Path(folder).absolute()
        home.mkdir(parents=True, exist_ok=True)
        with exclusive_lock(home / "lock"):  # one start at a time
            running = cls.running(home)
            if running is not None:
                if port not in (None, running.port):
                    raise StoreError(f"PostgreSQL in {home} runs already, on port {running.port}; stop it first")
                return running
            kept = _kept(home)
            random = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, *ROLES)}
            server = cls(
                folder=home,
                port=port or _free_port(kept["port"] if kept else 0),
                passwords=random | (kept["passwords"] if kept else {}) | dict(passwords or {}),
                programs=Programs.found(),
                settings={"fsync": "on" if fsync else "off", **(settings or {})},
            )
            server._create()
            server._keep()
            server._run()
            server._ensure_roles()
        return server

    @classmethod
    def running(cls, folder: Path | str) -> Self | None:
        """The server that runs in this folder, if one does."""
        home = Path(folder).absolute()
        kept = _kept(home)
        if kept is None or not (home / "data" / "postmaster.pid").is_file():
            return None
        server = cls(home, kept["port"], kept["passwords"], Programs.found(), kept["settings"])
        try:
            server._control("status")
        except StoreError:  # a pid file that a killed server left behind
            return None
        return server

    def url(self, database: str, role: str) -> str:
        """The URL by which the role reaches the database, its password within."""
        return f"postgresql://{role}:{quote(self.passwords[role], safe='')}@{_LOOPBACK}:{self.port}/{database}"

    def stop(self, *, immediate: bool = False) -> None:
        """Stop it; `immediate` as a power cut would. Raises StoreError when it does not stop, or does not run."""
        self._control("stop", "--mode", "immediate" if immediate else "fast", "--wait")

    def restart(self) -> None:
        """Stop it where it runs, and start it again on the same port."""
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
        """Where the server keeps its files."""
        return (self.folder / "data").resolve()

    def _create(self) -> None:
        if (self.data / "PG_VERSION").is_file():
            return
        place = self.folder / "data"
        if not self.programs.can_reach(place) and not place.is_symlink():
            # A clone of mode 0700 keeps the server's user out; its data lie elsewhere.
            place.symlink_to(system_folder() / f"data-{sha256(os.fsencode(self.folder)).hexdigest()[:12]}")
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.programs.give(self.data)
        handed = self.data.with_name(f"{self.data.name}.password")
        try:
            write_private(handed, self.passwords[SUPERUSER])
            self.programs.give(handed)
            self.programs.run(
                "initdb",
                *("--pgdata", str(self.data), "--username", SUPERUSER, "--pwfile", str(handed)),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"),
                *(() if self.settings["fsync"] == "on" else ("--no-sync",)),
            )
        finally:
            handed.unlink(missing_ok=True)

    def _keep(self) -> None:
        kept = _Kept(port=self.port, passwords=dict(self.passwords), settings=dict(self.settings))
        write_private(self.folder / "server.json", json.dumps(kept, indent=2))

    def _run(self) -> None:
        settings = {
            "listen_addresses": _LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",  # their paths have a short limit, and TCP on loopback does
            "timezone": "UTC",
            "log_timezone": "UTC",
            **self.settings,
        }
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        log = self.data / "server.log"
        try:
            self._control("start", "--wait", "--log", str(log), "--options", options)
        except StoreError as error:
            told = log.read_text(errors="replace")[-800:] if log.is_file() else ""
            raise StoreError(f"{error} {' '.join(told.split())}; the whole log is {log}") from None

    def _ensure_roles(self) -> None:
        environment = {f"{role.upper()}_PASSWORD": self.passwords[role] for role in ROLES}
        environment |= {"PGHOST": _LOOPBACK, "PGPORT": str(self.port), "PGUSER": SUPERUSER, "PGDATABASE": "postgres"}
        environment["PGPASSWORD"] = self.passwords[SUPERUSER]
        psql = Programs(self.programs.folder, None)  # as the caller, who can read the checkout
        psql.run("psql", "--no-psqlrc", "--quiet", "--file", str(_ROLES_SQL), environment=environment)

    def _control(self, what: str, *arguments: str) -> str:
        return self.programs.run("pg_ctl", what, "--pgdata", str(self.data), *arguments)


class _Kept(TypedDict):
    port: int
    passwords: dict[str, str]
    settings: dict[str, str]


def _kept(home: Path) -> _Kept | None:
    try:
        kept: _Kept = json.loads((home / "server.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return kept


def _free_port(wanted: int) -> int:
    """The wanted port where it is free, else any."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StoreError("no free port on this machine")
