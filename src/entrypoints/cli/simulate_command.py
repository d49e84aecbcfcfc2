"""Simulated shipments with known truth: simulate."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from entrypoints.cli import console
from entrypoints.cli.app import DEFAULT_SOURCE, Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="The table to write: .csv or .parquet; its truth is written beside it.")],
    rows: Annotated[int, typer.Option(min=1, help="Number of shipments.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="Equal seeds give equal shipments.")] = 7,
    drift: Annotated[
        list[str] | None,
        typer.Option(help="KIND:start=0.6,ramp=0.1,size=1 with KIND covariate, label, concept, missing, unseen, unit."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    json: Json = False,
) -> None:
    """Write simulated shipments to a file.

    They fit the schema smart_logistics; the true probability of each row is in a second file beside them.
    """
    query = [("rows", str(rows)), ("seed", str(seed)), *(("drift", episode) for episode in drift or [])]
    with open_container() as container:
        written = container.storage.table_simulator()(f"{DEFAULT_SOURCE}?{urlencode(query)}", out, overwrite=overwrite)
    if json:
        emit({"table": str(written.path), "truth": str(written.truth), "rows": rows})
    else:
        console.print_line(f"{rows:,} shipments: {written.path}; their true probabilities: {written.truth}")
