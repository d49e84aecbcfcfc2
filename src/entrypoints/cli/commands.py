"""The pipeline and its steps: ingest, preprocess, train, predict, pipeline."""

from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import DEFAULT_SOURCE, Json, Schema, Source, app
from entrypoints.cli.as_json import emit, pipeline_json
from entrypoints.cli.costs import parsed_costs
from entrypoints.cli.wiring import resolve_schema, settings, wired


@app.command()
def ingest(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Sort a table's rows out.

    Every row is accepted, quarantined with its reasons, or excluded by the schema's own rule.
    """
    from entrypoints.cli import show

    with wired() as container:
        step = container.use_cases.ingest()(resolve_schema(schema), source)
    emit(step.report.model_dump(mode="json")) if json else show.ingested(step.report)


@app.command()
def preprocess(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Split rows by time, fit the encoder.

    Ingests the table first where that was not done.
    """
    from entrypoints.cli import show

    described = resolve_schema(schema)
    with wired() as container:
        prepared = container.use_cases.preprocess()(
            described, container.use_cases.ingest()(described, source).report
        ).report
    emit(prepared.model_dump(mode="json")) if json else show.prepared(prepared)


@app.command()
def train(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Train, evaluate and register a model.

    The version gets the alias staging. Earlier steps run where they were not done.
    """
    from entrypoints.cli import show_training

    described = resolve_schema(schema)
    with wired() as container:
        ingested = container.use_cases.ingest()(described, source).report
        prepared = container.use_cases.preprocess()(described, ingested).report
        trained = container.use_cases.train()(described, ingested, prepared).report
        version = container.use_cases.register()(settings().model_name_for(described.name), ingested, prepared, trained)
    if json:
        emit({**trained.model_dump(mode="json"), "model": {"name": version.name, "version": version.version}})
    else:
        show_training.trained(trained)
        screen.line(f"Registered as version {version.version} of {version.name}; next: delay promote")


@app.command()
def predict(
    source: Source,
    schema: Schema = "smart_logistics",
    out: Annotated[Path | None, typer.Option(help="Write the predictions to this CSV or Parquet file.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Give the reasons of every shipment.")] = False,
    costs: Annotated[
        str | None,
        typer.Option(help="Of a missed delay and of a needless action, with their currency, instead of the schema's."),
    ] = None,
    json: Json = False,
) -> None:
    """Predict every shipment of a table.

    The version that serves answers; no outcome is needed. --costs 120,15,EUR: a late shipment that nobody acted on
    costs 120 EUR, acting on one that would have been on time 15 EUR.
    """
    from delay_core.use_cases.predict import Asked
    from entrypoints.cli import show_predictions
    from entrypoints.cli.output import write_predictions
    from entrypoints.cli.serving_version import serving_version

    asked = Asked(parsed_costs(costs), reasons=explain)
    with wired() as container:
        version = serving_version(container, settings(), resolve_schema(schema))
        bundle = container.registry.model_catalog().load(version.name, version.version)
        use_case = container.use_cases.predict()
        predicted = use_case.table(bundle, source, asked).report
        if out is not None:
            write_predictions(container, predicted, out)
    if json:
        emit({**predicted.model_dump(mode="json"), "model": {"name": version.name, "version": version.version}})
    else:
        show_predictions.predicted(predicted, version)
        screen.line(f"All predictions: {out or use_case.where(predicted)}")


@app.command()
def pipeline(schema: Schema = "smart_logistics", source: Source = DEFAULT_SOURCE, json: Json = False) -> None:
    """Do everything, from table to predictions.

    Ingests, preprocesses, trains, registers, promotes, and predicts the shipments that are still open.
    """
    from entrypoints.cli import show

    described = resolve_schema(schema)
    with wired() as container:
        result = container.use_cases.pipeline()(described, source, settings().model_name_for(described.name))
        runs = container.registry.experiment_tracker().location(result.version.name)
        card = container.use_cases.train().card_at(result.trained)
        predictions = container.use_cases.predict().where(result.predicted) if result.predicted else ""
    if json:
        emit(pipeline_json(result))
    else:
        show.pipeline(result, source, runs_at=runs, card_at=card, predictions_at=predictions)
