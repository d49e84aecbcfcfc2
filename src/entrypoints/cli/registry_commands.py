"""What is registered: promote, rollback, runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from delay_core.errors import NoSuchModel
from entrypoints.cli import screen
from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.wiring import resolve_schema, settings, wired

if TYPE_CHECKING:
    from delay_core.ports.model_catalog import ModelVersion
    from delay_core.ports.model_registry import ModelRegistry
    from entrypoints.container import CliContainer


@app.command()
def promote(
    schema: Schema = "smart_logistics",
    version: Annotated[int | None, typer.Option(help="The version; by default the one at the alias staging.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Promote against the gate's objections; recorded.")] = False,
    json: Json = False,
) -> None:
    """Let the gate decide what serves.

    A refusal is an answer, not an error: it is recorded, and the exit code is 0.
    """
    from delay_core.reports import PreprocessReport, TrainReport
    from delay_core.use_cases import preprocess, train
    from delay_core.use_cases.step import REPORT
    from entrypoints.cli import show

    name = settings().model_name_for(resolve_schema(schema).name)
    with wired() as container:
        challenger = _challenger(container, name, version)
        runs = {run.run_id: run.address for run in container.registry.experiment_tracker().runs(name)}
        if challenger.run_id not in runs:
            raise NoSuchModel(f"version {challenger.version} of {name} has no recorded training; train it again")
        trained = TrainReport.model_validate_json(
            container.storage.artifact_store().read(train.KIND, runs[challenger.run_id], REPORT)
        )
        prepared = PreprocessReport.model_validate_json(
            container.storage.artifact_store().read(preprocess.KIND, trained.prepared, REPORT)
        )
        decision = container.use_cases.promote()(challenger, prepared, trained, force=force)
    if json:
        emit({"decision": decision.model_dump(mode="json") if decision else None, "version": challenger.version})
    else:
        show.decision(decision, challenger)


@app.command()
def rollback(schema: Schema = "smart_logistics", json: Json = False) -> None:
    """Let the version before serve again."""
    name = settings().model_name_for(resolve_schema(schema).name)
    with wired() as container:
        decision = container.use_cases.rollback()(name)
    if json:
        emit(decision.model_dump(mode="json"))
    else:
        screen.line(f"Version {decision.version} of {name} serves again; version {decision.replaced} was taken back")


@app.command()
def runs(schema: Schema = "smart_logistics", json: Json = False) -> None:
    """List trainings, versions and decisions."""
    from entrypoints.cli import show

    name = settings().model_name_for(resolve_schema(schema).name)
    with wired() as container:
        recorded = container.registry.experiment_tracker().runs(name)
        versions = container.registry.model_registry().versions(name)
        serving = container.registry.model_registry().get_by_alias(name, settings().model_alias)
        decisions = container.registry.promotion_log().decisions(name)
        where = container.registry.experiment_tracker().location(name)
    if json:
        emit(
            {
                "runs": [
                    {"run_id": r.run_id, "started": r.started.isoformat(), "metrics": dict(r.metrics)} for r in recorded
                ],
                "versions": [{"version": v.version, "digest": v.digest, "run_id": v.run_id} for v in versions],
                "serving": serving.version if serving else None,
                "decisions": [decision.model_dump(mode="json") for decision in decisions],
            }
        )
    else:
        show.runs(name, recorded, versions, serving, decisions)
        screen.line(where)


def _challenger(container: "CliContainer", name: str, version: int | None) -> "ModelVersion":
    from delay_core.use_cases.register import STAGING

    registry: ModelRegistry = container.registry.model_registry()
    if version is None:
        found = registry.get_by_alias(name, STAGING)
    else:
        found = next((v for v in registry.versions(name) if v.version == version), None)
    if found is None:
        wanted = f"version {version}" if version else f"a version with the alias {STAGING}"
        raise NoSuchModel(f"{name} has no {wanted.removeprefix('a ')}; run delay train first")
    return found
