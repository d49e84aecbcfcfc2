"""Commands for schemas: draft one from a table, check it against a table, show its requests, print the reference."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from delay_core.errors import SchemaError
from delay_core.table_urls import without_password
from entrypoints.cli import console
from entrypoints.cli.app import Json, Schema, Source, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container, resolve_schema

EXIT_CANNOT_TRAIN = 3

schemas = typer.Typer(
    help="Draft, check and show the schema that describes a table.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(schemas, name="schema")


@schemas.command()
def init(
    table: Annotated[str, typer.Argument(help="The table: a CSV, XLSX or Parquet file, or a URL as for --source.")],
    name: Annotated[str | None, typer.Option(help="The schema's name; by default that of the file or table.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the draft to this new file instead of printing it.")] = None,
    rows: Annotated[int, typer.Option(min=100, help="Read at most this many rows from the beginning.")] = 100_000,
) -> None:
    """Draft a schema from a table.

    Types, ranges, categories, and candidates for time, key, label, leaks and personal data, each with its reason.
    """
    from entrypoints.cli.streams import ascii_yaml, needs_ascii

    with open_container() as container:
        draft = container.use_cases.infer_schema()(table, name, rows)
    if out is None:
        typer.echo(ascii_yaml(draft) if needs_ascii(sys.stdout) else draft, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(draft)
    except OSError as error:
        raise SchemaError(f"cannot write {out}: {error.strerror}; choose a new file in a writable folder") from error
    command = console.delay_command("schema", "check", "--schema", out, "--source", without_password(table))
    console.print_line(f"Drafted {out}. Read it, then: {command}")


@schemas.command()
def check(schema: Schema, source: Source, json: Json = False) -> None:
    """Check a schema against a table.

    Reports which rows would be accepted and quarantined, the use of each column, and columns that are the outcome.
    Stores nothing. Exit code 3 if no model can be trained.
    """
    from entrypoints.cli.views.schema import show_check

    resolved = resolve_schema(schema)
    with open_container() as container:
        report = container.use_cases.check_schema()(resolved, source)
    emit(report.model_dump(mode="json")) if json else show_check(report)
    if report.refusal is not None:
        raise typer.Exit(EXIT_CANNOT_TRAIN)


@schemas.command(name="show")
def show_(schema: Schema, json: Json = False) -> None:
    """Show the fields of a prediction request.

    With --json, as JSON Schema.
    """
    from delay_core.schema import request_json_schema
    from entrypoints.cli.views.schema import show_request

    resolved = resolve_schema(schema)
    emit(request_json_schema(resolved)) if json else show_request(resolved)


@schemas.command()
def reference() -> None:
    """Print the reference of the schema language, as Markdown."""
    from delay_core.schema.docs import schema_reference

    typer.echo(schema_reference(), nl=False)
