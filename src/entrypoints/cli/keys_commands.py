"""Commands that create, list and revoke API keys."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.keys import Scope

keys = typer.Typer(
    help="Create, list and revoke keys of the API. A running API applies a change within a second.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(keys, name="keys")

Name = Annotated[str, typer.Argument(help="Owner of the key: letters, digits, dots, dashes, underscores.")]
File = Annotated[Path, typer.Option("--file", envvar="DELAY_API__KEYS", help="The key file.")]
_DEFAULT_FILE = Path("api-keys.json")


@keys.command()
def add(
    name: Name,
    scope: Annotated[list[Scope] | None, typer.Option("--scope", help="What it allows; may be repeated.")] = None,
    expires: Annotated[
        datetime | None,
        typer.Option("--expires", formats=["%Y-%m-%d"], help="First day (UTC) on which it is refused."),
    ] = None,
    rate: Annotated[float | None, typer.Option("--rate", help="Requests per second; else the API's default.")] = None,
    file: File = _DEFAULT_FILE,
) -> None:
    """Create a key and print it, once: the file stores only its hash.

    A key without a scope may read the metrics and the model's metadata.
    """
    from entrypoints.keys import KeyFile, generate_key, hash_key, make_key_record, read_key_file, write_key_file

    key = generate_key()
    record = make_key_record(
        name=name,
        sha256=hash_key(key.encode()),
        scopes=tuple(dict.fromkeys(scope or ())),
        expires=expires.date() if expires else None,
        rate=rate,
    )
    existing = read_key_file(file) if file.exists() else KeyFile(keys=())
    write_key_file(file, existing.with_key(record))
    typer.echo(key)
    typer.echo(f"Store it now: {file} holds only its hash.", err=True)


@keys.command(name="list")
def list_keys(file: File = _DEFAULT_FILE, json: Json = False) -> None:
    """List the keys: owner, scopes, expiry, rate."""
    from entrypoints.keys import read_key_file

    records = read_key_file(file).keys
    if json:
        emit({"keys": [record.model_dump(mode="json", exclude={"sha256"}) for record in records]})
        return
    for record in records:
        scopes = ", ".join(record.scopes) or "metrics and the model's metadata"
        until = f", until {record.expires}" if record.expires else ""
        rate = f", {record.rate:g} requests/s" if record.rate else ""
        console.print_line(f"{record.name}: {scopes}{until}{rate}")


@keys.command()
def revoke(name: Name, file: File = _DEFAULT_FILE) -> None:
    """Revoke a key: a running API refuses it within a second."""
    from entrypoints.keys import read_key_file, write_key_file

    write_key_file(file, read_key_file(file).without_key(name))
    console.print_line(f"{name} is revoked")
