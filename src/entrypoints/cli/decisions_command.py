"""The record of decisions: decisions."""

from typing import Annotated

import typer

from delay_core.errors import NoSuchModel
from entrypoints.cli import screen
from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container, read_settings, resolve_schema


@app.command()
def decisions(
    schema: Schema = "smart_logistics",
    version: Annotated[
        int | None, typer.Option(help="Show the newest decision about this one, with its checks.")
    ] = None,
    json: Json = False,
) -> None:
    """List what was decided about versions, and why.

    Newest last. With a version, the newest decision about it and every check that it rests on.
    """
    from entrypoints.cli import show, show_checks

    name = read_settings().model_name_for(resolve_schema(schema).name)
    with open_container() as container:
        recorded = container.registry.promotion_log().decisions(name)
    if version is None:
        if json:
            emit({"model": name, "decisions": [decision.model_dump(mode="json") for decision in recorded]})
        elif recorded:
            screen.console().print(show_checks.decisions_table(name, recorded))
        else:
            screen.line(f"Nothing was decided about {name} yet; next: delay promote")
        return
    found = next((decision for decision in reversed(recorded) if decision.version == version), None)
    if found is None:
        raise NoSuchModel(f"nothing was decided about version {version} of {name}; delay decisions lists what was")
    emit({"decision": found.model_dump(mode="json")}) if json else show.recorded(found)
