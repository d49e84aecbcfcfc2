"""API keys: made, listed, revoked."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.keys import Scope

keys = typer.Typer(
    help="Make keys for the API, list them, revoke them. A running API follows within a second.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(keys, name="keys")

Name = Annotated[str, typer.Argument(help="Whose key it is: letters, digits, dots, dashes, underscores.")]
File = Annotated[Path, typer.Option("--file", envvar="DELAY_API__KEYS", help="The file of keys.")]
_FILE = Path("api-keys.json")


@keys.command()
def add(
    name: Name,
    scope: Annotated[list[Scope] | None, typer.Option("--scope", help="What it allows; may be said again.")] = None,
    expires: Annotated[
        datetime | None, typer.Option("--expires", formats=["%Y-%m-%d"], help="The first day (UTC) it is refused on.")
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Requests per second; without, the default.")] = None,
    file: File = _FILE,
) -> None:
    """Make a key and print it, once: the file keeps only its digest.

    Without a scope it may read the metrics and the model's description.
    """
    from entrypoints.keys import KeyFile, digest_of, known_key, new_key, read, write

    key = new_key()
    scopes = tuple(dict.fromkeys(scope or ()))
    former = read(file) if file.exists() else KeyFile(keys=())
    until = expires.date() if expires else None
    write(
        file,
        former.with_key(known_key(name=name, sha256=digest_of(key.encode()), scopes=scopes, expires=until, rate=rate)),
    )
    typer.echo(key)
    typer.echo(f"Keep it now: {file} knows only its digest.", err=True)


@keys.command(name="list")
def list_keys(file: File = _FILE, json: Json = False) -> None:
    """Show whose keys there are, and what they allow."""
    from entrypoints.keys import read

    known = read(file).keys
    if json:
        emit({"keys": [key.model_dump(mode="json", exclude={"sha256"}) for key in known]})
        return
    for key in known:
        allows = ", ".join(key.scopes) or "metrics and the model's description"
        until = f", until {key.expires}" if key.expires else ""
        rate = f", {key.rate:g} requests/s" if key.rate else ""
        screen.line(f"{key.name}: {allows}{until}{rate}")


@keys.command()
def revoke(name: Name, file: File = _FILE) -> None:
    """Take a key away: a running API refuses it within a second."""
    from entrypoints.keys import read, write

    write(file, read(file).without(name))
    screen.line(f"{name} is revoked")
