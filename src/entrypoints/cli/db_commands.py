"""Databases: their tables brought up to date, taken back, looked at."""

from typing import Annotated

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.wiring import wired

db = typer.Typer(
    help="Bring the databases' tables up to date, take changes back, see where they are.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(db, name="db")


@db.command()
def upgrade(json: Json = False) -> None:
    """Apply every change that is missing, and grant each role its rights.

    Connects as the databases' owners (DELAY_SERVING_OWNER_DB, DELAY_MONITORING_OWNER_DB, where they are set). Of each
    database all changes are applied, or none; running it twice changes nothing.
    """
    with wired() as container:
        databases = container.logs.migrations()
        states = {name: database.upgrade() for name, database in databases.items()}
    if json:
        emit({name: state.current for name, state in states.items()})
        return
    for name, state in states.items():
        screen.line(f"{name} is at {state.current}: {databases[name].name}")


@db.command()
def downgrade(
    database: Annotated[str, typer.Argument(help="serving or monitoring.")],
    revision: Annotated[str, typer.Argument(help="The change to go back to; base takes back all of them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Yes, delete what the tables that go away hold.")] = False,
) -> None:
    """Take changes back, with the rows that they hold."""
    with wired() as container:
        databases = container.logs.migrations()
        if database not in databases:
            raise typer.BadParameter(f"{database!r} is neither of {', '.join(databases)}")
        if not yes:
            raise typer.BadParameter("this deletes rows; say --yes when they are not needed any more")
        state = databases[database].downgrade(revision)
    screen.line(f"{database} is at {state.current or 'no change'}: {databases[database].name}")


@db.command()
def current(json: Json = False) -> None:
    """Show which change each database is at, and which one this version needs."""
    with wired() as container:
        databases = container.logs.migrations()
        states = {name: database.state() for name, database in databases.items()}
    if json:
        emit({name: {"current": state.current, "latest": state.latest} for name, state in states.items()})
        return
    for name, state in states.items():
        needed = "up to date" if state.up_to_date else f"{state.latest} is needed: run delay db upgrade"
        screen.line(f"{name} is at {state.current or 'no change'}, {needed}: {databases[name].name}")
