"""The Typer application, and the options that several commands share."""

from importlib import metadata
from typing import Annotated

import typer

app = typer.Typer(
    name="delay",
    help="Predict which shipments will be late, and keep that prediction honest in production.",
    epilog="Exit codes: 0 done, 2 wrong usage, 3 input refused (schema, table, shipment), 4 training refused, "
    "5 model or bundle refused, 6 a store is unavailable or not writable, "
    "7 monitor status --check recommends to train again or to roll back, "
    "8 another version began to serve while this command decided. "
    "Settings come from the environment: DELAY_DATA, DELAY_SERVING_DB, DELAY_MONITORING_DB, DELAY_SEED, "
    "DELAY_TRIALS, DELAY_GATE__MINIMUM_ROWS and the gate's other limits, DELAY_RECALIBRATION__ENABLED, "
    "MLFLOW_TRACKING_URI, MODEL_NAME, MODEL_ALIAS; of PostgreSQL: DELAY_DATABASE__MAX_READERS and others "
    "(docs/stores.md); of the API: DELAY_API__KEYS and others (docs/api.md).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

DEFAULT_SOURCE = "simulator://smart_logistics"

Schema = Annotated[str, typer.Option("--schema", help="A built-in schema's name, or a YAML file's path.")]
Source = Annotated[
    str,
    typer.Option(
        "--source",
        help="The table: a CSV, XLSX or Parquet file; or a URL: s3://bucket/key, kaggle://owner/dataset, "
        "postgresql://role@host/database?table=schema.table (or ?query=SELECT…, ?query_file=PATH), "
        "sqlite:///file.db?table=…, simulator://smart_logistics.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output, and nothing else.")]


@app.callback(invoke_without_command=True)
def version_option(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    """Options that come before a command."""
    if version:
        typer.echo(metadata.version("delay-core"))
        raise typer.Exit
