"""Applying and reverting the migrations of a database, each time in one transaction."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, Engine, inspect, text

from adapters.sql.engine import WRITES
from adapters.sql.postgresql.grants import grant_privileges
from delay_core.errors import StoreError
from delay_core.ports.database_migrations import MigrationState

if TYPE_CHECKING:
    from alembic.config import Config

Kind = Literal["serving", "monitoring"]
"""The name of one of the product's databases."""

_REVISION_LINE = re.compile(r"^(revision|down_revision)(?:: [^=]+)? = (.+)$", re.MULTILINE)
_PACKAGES = Path(__file__).parents[2]  # `src` in a checkout, site-packages of an installed wheel


def state(connection: Connection, kind: Kind) -> MigrationState:
    """The database's state, read without Alembic, whose import takes 8 MB and 0.2 s."""
    table = _version_table(kind)
    exists = inspect(connection).has_table(table)
    current = connection.scalar(text(f'SELECT version_num FROM "{table}"')) if exists else None  # noqa: S608 - constant name
    revisions = _revisions(kind)
    [latest] = set(revisions) - set(revisions.values())
    return MigrationState(current, latest, current is None or current in revisions)


def _revisions(kind: Kind) -> dict[str, str | None]:
    """Each migration that this version has → the one before it."""
    revisions = {}
    for path in (_folder() / kind).glob("v*.py"):
        values = dict(_REVISION_LINE.findall(path.read_text("utf-8")))
        previous = values["down_revision"].strip('"')
        revisions[values["revision"].strip('"')] = None if previous == "None" else previous
    return revisions


def upgrade(engine: Engine, kind: Kind) -> None:
    """Apply all missing migrations and grant each role its privileges, in one transaction."""
    with _exclusive(engine, kind) as connection:
        _run("upgrade", connection, kind, "head")
        if connection.dialect.name == "postgresql":
            grant_privileges(connection, kind, _version_table(kind))


def downgrade(engine: Engine, kind: Kind, revision: str) -> None:
    """Revert all migrations after this one, or all of them (`base`), with the rows of their tables."""
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
    """A transaction during which no other migration of this database runs."""
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

    Located by its path, not imported by its name: other packages named migrations exist.
    """
    for folder in (_PACKAGES / "migrations", _PACKAGES.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise StoreError(f"no folder `migrations` in {_PACKAGES}: reinstall delay-core")


def _version_table(kind: Kind) -> str:
    """Not Alembic's default name, since MLflow and Airflow may use the same database."""
    return f"alembic_version_{kind}"
