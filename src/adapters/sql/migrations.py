"""Applying and reverting the migrations of a database, each time in one transaction.

After the transaction of every upgrade, the functions `after_upgrade` of all migrations run in autocommit: they do, if
it is missing, what no transaction can, such as CREATE INDEX CONCURRENTLY.

A migration may name in `compatible_with` the oldest migration whose code works with its schema. PostgreSQL stores it as
the comment of the version table, so that a running replica of the version before goes on.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from sqlalchemy import Connection, Engine, inspect, text

from adapters.sql.engine import WRITES
from adapters.sql.postgresql.advisory_lock import lock_until_commit
from adapters.sql.postgresql.grants import grant_privileges
from adapters.sql.postgresql.months import create_ahead
from delay_core.errors import StoreError
from delay_core.ports.database_migrations import MigrationState

if TYPE_CHECKING:
    from alembic.config import Config

Kind = Literal["serving", "monitoring"]
"""The name of one of the product's databases."""

_REVISION_LINE = re.compile(r"^(revision|down_revision|compatible_with)(?:: [^=]+)? = (.+)$", re.MULTILINE)
_PACKAGES = Path(__file__).parents[2]  # `src` in a checkout, site-packages of an installed wheel


class Revision(NamedTuple):
    """A migration, the one before it, and the oldest one whose code works with its schema."""

    name: str
    previous: str | None
    compatible_with: str


def state(connection: Connection, kind: Kind) -> MigrationState:
    """The database's state, read without Alembic, whose import takes 8 MB and 0.2 s."""
    table = _version_table(kind)
    exists = inspect(connection).has_table(table)
    current = connection.scalar(text(f'SELECT version_num FROM "{table}"')) if exists else None  # noqa: S608 - constant name
    revisions = _revisions(kind)
    known = current is None or current in revisions
    compatible = not known and _read_comment(connection, table) in {
        _compatibility_comment(str(current), oldest) for oldest in revisions
    }
    return MigrationState(current, _latest(revisions).name, known, compatible)


def _revisions(kind: Kind) -> dict[str, Revision]:
    """Each migration that this version has, by its name."""
    revisions = {}
    for path in (_folder() / kind).glob("v*.py"):
        values = {name: value.strip('"') for name, value in _REVISION_LINE.findall(path.read_text("utf-8"))}
        name, previous = values["revision"], values["down_revision"]
        revisions[name] = Revision(name, None if previous == "None" else previous, values.get("compatible_with", name))
    return revisions


def _latest(revisions: Mapping[str, Revision]) -> Revision:
    [latest] = set(revisions) - {revision.previous for revision in revisions.values()}
    return revisions[latest]


def _compatibility_comment(revision: str, oldest: str) -> str:
    return f"{revision} is compatible with the code of {oldest}"


def _read_comment(connection: Connection, table: str) -> str | None:
    if connection.dialect.name != "postgresql":
        return None  # one machine, one version
    comment = connection.scalar(text("SELECT obj_description(to_regclass(:table), 'pg_class')"), {"table": table})
    return None if comment is None else str(comment)


def upgrade(engine: Engine, kind: Kind) -> None:
    """Apply all missing migrations and grant each role its privileges, in one transaction."""
    with _exclusive(engine, kind) as connection:
        _run("upgrade", connection, kind, "head")
        if connection.dialect.name == "postgresql":
            grant_privileges(connection, kind, _version_table(kind))
            if kind == "serving":
                create_ahead(connection)
            latest = _latest(_revisions(kind))
            comment = _compatibility_comment(latest.name, latest.compatible_with)
            connection.exec_driver_sql(f"COMMENT ON TABLE {_version_table(kind)} IS '{comment}'")
    _run_after_upgrade(engine, kind)


def _run_after_upgrade(engine: Engine, kind: Kind) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    scripts = reversed(list(ScriptDirectory.from_config(_config(kind)).walk_revisions()))
    functions = [script.module.after_upgrade for script in scripts if hasattr(script.module, "after_upgrade")]
    if functions:
        with engine.begin() if engine.dialect.name == "sqlite" else _autocommit(engine) as connection:
            for function in functions:
                function(connection)


def _autocommit(engine: Engine) -> Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


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
            lock_until_commit(connection, _version_table(kind))
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
