"""Bringing a database's tables to the state that this version needs, forth and back, all or nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, inspect, text

from adapters.sql.engine import WRITES
from adapters.sql.grants import grant
from delay_core.errors import StoreError
from delay_core.ports.database_migrations import MigrationState

if TYPE_CHECKING:
    from alembic.config import Config

Kind = Literal["serving", "monitoring"]
"""Which of the product's databases it is."""

_NAMED = re.compile(r"^(revision|down_revision)(?:: [^=]+)? = (.+)$", re.MULTILINE)
_PACKAGES = Path(__file__).parents[2]  # `src` in a checkout, the folder of packages where a wheel is installed


def state(connection: Connection, kind: Kind) -> MigrationState:
    """Where the database is.

    Read without Alembic, whose 8 MB and 0.2 s every service would pay for one look.
    """
    table = _version_table(kind)
    there = inspect(connection).has_table(table)
    current = connection.scalar(text(f'SELECT version_num FROM "{table}"')) if there else None  # noqa: S608 - our own name
    changes = _changes(kind)
    [latest] = set(changes) - set(changes.values())
    return MigrationState(current, latest, current is None or current in changes)


def _changes(kind: Kind) -> dict[str, str | None]:
    """Every change that this version knows, and the one before it."""
    found = {}
    for path in (_folder() / kind).glob("v*.py"):
        named = dict(_NAMED.findall(path.read_text("utf-8")))
        before = named["down_revision"].strip('"')
        found[named["revision"].strip('"')] = None if before == "None" else before
    return found


def upgrade(engine: Engine, kind: Kind) -> None:
    """Apply every change that is missing, and grant each role its rights; all of it, or nothing."""
    with _exclusive(engine, kind) as connection:
        _run("upgrade", connection, kind, "head")
        if connection.dialect.name == "postgresql":
            grant(connection, kind, _version_table(kind))


def downgrade(engine: Engine, kind: Kind, revision: str) -> None:
    """Take back every change after this one, or all of them (`base`), with the rows that they hold."""
    with _exclusive(engine, kind) as connection:
        _run("downgrade", connection, kind, revision)


def _run(direction: Literal["upgrade", "downgrade"], connection: Connection, kind: Kind, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = _config(kind)
    config.attributes.update(connection=connection, version_table=_version_table(kind))
    try:
        getattr(command, direction)(config, revision)
    except CommandError as error:
        raise StoreError(
            f"cannot {direction} the database {kind}: {error}; is this delay-core older than the database?"
        ) from error


@contextmanager
def _exclusive(engine: Engine, kind: Kind) -> Iterator[Connection]:
    """A transaction that no other migration runs beside."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": _version_table(kind)})
        yield connection


def _config(kind: Kind) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as above

    folder = _folder()
    config = Config()
    options = {"script_location": folder, "version_locations": folder / kind, "path_separator": "newline"}
    for name, value in options.items():
        config.set_main_option(name, str(value).replace("%", "%%"))
    return config


def _folder() -> Path:
    """The folder `migrations`: beside the packages of an installed wheel, or at the top of a checkout.

    Looked for by its place, not by its name: other packages named migrations exist.
    """
    for folder in (_PACKAGES / "migrations", _PACKAGES.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise StoreError(f"no migrations beside {_PACKAGES}: install delay-core whole")


def _version_table(kind: Kind) -> str:
    """Not Alembic's default: MLflow's and Airflow's tables may lie in the same database."""
    return f"alembic_version_{kind}"
