"""The record of decisions: decisions."""

from typing import Annotated

import typer

from delay_core.errors import NoSuchModel
from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.console import delay_command
from entrypoints.cli.context import open_container, read_settings, resolve_schema


@app.command()
def decisions(
    schema: Schema = "smart_logistics",
    version: Annotated[
        int | None, typer.Option(help="Show the newest decision about this one, with its checks.")
    ] = None,
    json: Json = False,
) -> None:
    """List the decisions about versions with their reasons.

    Newest last. With a version, the newest decision about it and every check that it is based on.
    """
    from entrypoints.cli.views.decisions import show_decision, show_decisions

    name = read_settings().model_name_for(resolve_schema(schema).name)
    with open_container() as container:
        recorded = container.registry.promotion_log().decisions(name)
    if version is None:
        if json:
            emit({"model": name, "decisions": [decision.model_dump(mode="json") for decision in recorded]})
        else:
            show_decisions(name, recorded, schema)
        return
    newest = next((decision for decision in reversed(recorded) if decision.version == version), None)
    if newest is None:
        listing = delay_command("decisions", "--schema", schema)
        raise NoSuchModel(f"nothing was decided about version {version} of {name}; all decisions: {listing}")
    if json:
        emit({"decision": newest.model_dump(mode="json")})
    else:
        show_decision(newest)
