"""Made-up shipments with known truth: simulate."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import DEFAULT_SOURCE, Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.wiring import wired


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="The table to write: .csv or .parquet; its truth goes beside it.")],
    rows: Annotated[int, typer.Option(min=1, help="How many shipments.")] = 20_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed, the same shipments.")] = 7,
    drift: Annotated[
        list[str] | None,
        typer.Option(help="KIND:start=0.6,ramp=0.1,size=1 with KIND covariate, label, concept, missing, unseen, unit."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file where it exists.")] = False,
    json: Json = False,
) -> None:
    """Write made-up shipments to a file.

    They fit the schema smart_logistics; the true probability behind each row goes into a file beside them.
    """
    query = [("rows", str(rows)), ("seed", str(seed)), *(("drift", each) for each in drift or [])]
    with wired() as container:
        written = container.storage.table_simulator()(f"{DEFAULT_SOURCE}?{urlencode(query)}", out, overwrite=overwrite)
    if json:
        emit({"table": str(written.path), "truth": str(written.truth), "rows": rows})
    else:
        screen.line(f"{rows:,} shipments: {written.path}; the truth behind them: {written.truth}")
