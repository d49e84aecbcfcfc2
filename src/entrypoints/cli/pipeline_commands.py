"""The pipeline and its steps: ingest, preprocess, train, predict, pipeline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import DEFAULT_SOURCE, Json, Schema, Source, app
from entrypoints.cli.as_json import emit, pipeline_json
from entrypoints.cli.context import open_container, resolve_model_name, resolve_schema
from entrypoints.cli.costs import parse_costs

if TYPE_CHECKING:
    from delay_core.use_cases.predict_table import TablePredictions


@app.command()
def ingest(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Validate the rows of a table.

    Every row is accepted, quarantined with its reasons, or excluded by the schema's own rule.
    """
    from entrypoints.cli.views.pipeline import show_ingest

    with open_container() as container:
        report = container.use_cases.ingest()(resolve_schema(schema), source).report
    emit(report.model_dump(mode="json")) if json else show_ingest(report)


@app.command()
def preprocess(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Split the rows by time and fit the encoder.

    Ingests the table first if that was not done.
    """
    from entrypoints.cli.views.pipeline import show_preprocess

    with open_container() as container:
        report = container.use_cases.pipeline().prepare(resolve_schema(schema), source).prepared
    emit(report.model_dump(mode="json")) if json else show_preprocess(report)


@app.command()
def train(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Train, evaluate and register a model.

    The version gets the alias staging. Runs the earlier steps first if that was not done.
    """
    from entrypoints.cli.views.training import show_training, training_command

    with open_container() as container:
        pipeline = container.use_cases.pipeline()
        result = pipeline.train_version(resolve_schema(schema), source, resolve_model_name(schema))
        seed = container.settings().seed
    version = result.version
    if json:
        model = {"name": version.name, "version": version.version}
        emit({**result.trained.model_dump(mode="json"), "model": model})
    else:
        show_training(result.trained)
        console.print_line(f"The same bundle again: {training_command(schema, source, result.trained, seed)}")
        promotion = console.delay_command("promote", "--schema", schema)
        console.print_line(f"Registered as version {version.version} of {version.name}; next: {promotion}")


@app.command()
def predict(
    source: Source,
    schema: Schema = "smart_logistics",
    out: Annotated[Path | None, typer.Option(help="Write the predictions to this CSV or Parquet file.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Give the reasons of every shipment.")] = False,
    costs: Annotated[
        str | None,
        typer.Option(help="Cost of a missed delay, of an unnecessary action, and their currency; else the schema's."),
    ] = None,
    json: Json = False,
) -> None:
    """Predict every shipment of a table.

    Uses the version that serves; the table needs no outcomes. --costs 120,15,EUR: a late shipment without action costs
    120 EUR, an action for a shipment that would have been on time 15 EUR.
    """
    from delay_core.use_cases.predict import PredictOptions
    from entrypoints.cli.export import write_predictions
    from entrypoints.cli.views.predictions import show_predictions

    options = PredictOptions(parse_costs(costs), reasons=explain)
    with open_container() as container:
        result = container.use_cases.predict_table()(resolve_model_name(schema), source, options)
        if out is not None:
            write_predictions(result.partitions(), container.storage.table_codec(), out)
    _warn_if_outdated(result)
    if json:
        model = {"name": result.version.name, "version": result.version.version}
        emit({**result.report.model_dump(mode="json"), "model": model})
    else:
        show_predictions(result.report, result.version)
        console.print_line(f"All predictions: {out or result.location}")


@app.command()
def pipeline(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Run every step, from the table to predictions.

    Ingests, preprocesses, trains, registers, promotes, and predicts the shipments without an outcome.
    """
    from entrypoints.cli.views.pipeline import OutputLocations, show_pipeline

    with open_container() as container:
        use_cases = container.use_cases
        result = use_cases.pipeline()(resolve_schema(schema), source, resolve_model_name(schema))
        runs = container.registry.experiment_tracker().location(result.version.name)
        card = use_cases.train().card_at(result.trained)
        predictions = use_cases.predict().location(result.predicted) if result.predicted else ""
        seed = container.settings().seed
    if json:
        emit(pipeline_json(result))
    else:
        show_pipeline(result, schema, source, seed, OutputLocations(runs, card, predictions))


def _warn_if_outdated(result: "TablePredictions") -> None:
    """Print a notice on standard error if the version comes from the cache."""
    if result.stale_since is None:
        return
    from rich.console import Console

    model = f"version {result.version.version} of {result.version.name}"
    Console(stderr=True).print(
        f"MLflow is unavailable: using {model}, the serving one as of {result.stale_since:%Y-%m-%d %H:%M} UTC"
    )
