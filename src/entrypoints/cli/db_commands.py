"""Database schemas: upgrade, downgrade, current; roles."""

from typing import Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container

db = typer.Typer(
    help="Upgrade and downgrade the tables of the databases, show their revisions, and create roles.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(db, name="db")


@db.command()
def upgrade(json: Json = False) -> None:
    """Apply every missing change, and grant each role its rights.

    Connects as the databases' owners (DELAY_SERVING_OWNER_DB, DELAY_MONITORING_OWNER_DB, if they are set). All changes
    of a database are applied, or none; a second run changes nothing.
    """
    with open_container() as container:
        databases = container.logs.migrations()
        states = {kind: database.upgrade() for kind, database in databases.items()}
    if json:
        emit({kind: state.current for kind, state in states.items()})
        return
    for kind, state in states.items():
        console.print_line(f"{kind} is at {state.current}: {databases[kind].name}")


@db.command()
def roles() -> None:
    """Print the SQL that creates PostgreSQL's databases and roles.

    For psql (15 or later) as a superuser, before the first upgrade. psql reads the passwords from the environment:
    SERVING_PASSWORD and so on. The SQL can be run again.
    """
    with open_container() as container:
        typer.echo(container.logs.roles_script(), nl=False)


@db.command()
def downgrade(
    database: Annotated[str, typer.Argument(help="serving or monitoring.")],
    revision: Annotated[str, typer.Argument(help="The revision to go back to; base reverts all changes.")],
    yes: Annotated[bool, typer.Option("--yes", help="Confirm that the rows of removed tables are deleted.")] = False,
) -> None:
    """Revert changes, and delete the rows that they hold."""
    with open_container() as container:
        databases = container.logs.migrations()
        if database not in databases:
            raise typer.BadParameter(f"{database!r} is neither of {', '.join(databases)}")
        if not yes:
            raise typer.BadParameter("this deletes rows; add --yes if they are not needed any more")
        state = databases[database].downgrade(revision)
    console.print_line(f"{database} is at {state.current or 'no revision'}: {databases[database].name}")


@db.command()
def current(json: Json = False) -> None:
    """Show the revision of each database, and the one that this version needs."""
    with open_container() as container:
        databases = container.logs.migrations()
        states = {kind: database.state() for kind, database in databases.items()}
    if json:
        emit({kind: {"current": state.current, "latest": state.latest} for kind, state in states.items()})
        return
    for kind, state in states.items():
        status = "up to date" if state.up_to_date else f"{state.latest} is needed: run delay db upgrade"
        console.print_line(f"{kind} is at {state.current or 'no revision'}, {status}: {databases[kind].name}")
