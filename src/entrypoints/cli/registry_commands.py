"""Registered versions: promote, rollback, runs."""

from typing import Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container, resolve_model_name


@app.command()
def promote(
    schema: Schema = "smart_logistics",
    version: Annotated[int | None, typer.Option(help="The version; by default the one with the alias staging.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Promote although checks fail; this is recorded.")] = False,
    json: Json = False,
) -> None:
    """Let the gate decide whether a version serves.

    A refusal is a result, not an error: it is recorded, and the exit code is 0.
    """
    from entrypoints.cli.views.decisions import show_gate_decision

    with open_container() as container:
        result = container.use_cases.promote_version()(resolve_model_name(schema), version, force=force)
    if json:
        decision = result.decision.model_dump(mode="json") if result.decision else None
        emit({"decision": decision, "version": result.challenger.version})
    else:
        show_gate_decision(result.decision, result.challenger, result.serving)


@app.command()
def rollback(schema: Schema = "smart_logistics", json: Json = False) -> None:
    """Let the version that served before serve again."""
    name = resolve_model_name(schema)
    with open_container() as container:
        decision = container.use_cases.rollback()(name)
    if json:
        emit(decision.model_dump(mode="json"))
    else:
        rolled_back = f"version {decision.replaced} was rolled back"
        console.print_line(f"Version {decision.version} of {name} serves again; {rolled_back}")


@app.command()
def runs(schema: Schema = "smart_logistics", json: Json = False) -> None:
    """List trainings, versions and decisions."""
    from entrypoints.cli.views.pipeline import describe_tracker, show_runs

    with open_container() as container:
        history = container.use_cases.read_model_history()(resolve_model_name(schema))
    if json:
        emit(
            {
                "runs": [
                    {"run_id": run.run_id, "started": run.started.isoformat(), "metrics": dict(run.metrics)}
                    for run in history.runs
                ],
                "versions": [
                    {"version": version.version, "digest": version.digest, "run_id": version.run_id}
                    for version in history.versions
                ],
                "serving": history.serving.version if history.serving else None,
                "decisions": [decision.model_dump(mode="json") for decision in history.decisions],
            }
        )
    else:
        show_runs(history.name, history.runs, history.versions, history.serving, history.decisions)
        console.print_line(f"Runs, trials and decisions: {describe_tracker(history.location, history.name)}")
