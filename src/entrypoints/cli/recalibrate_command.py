"""Recalibration of the model that serves: recalibrate."""

from datetime import UTC, datetime

from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container, resolve_model_name


@app.command()
def recalibrate(schema: Schema = "smart_logistics", json: Json = False) -> None:
    """Let the probabilities of the model that serves follow the latest outcomes.

    A gate decides; what it accepts serves as the next version, and delay rollback takes it back. A refusal is a result,
    not an error: it is recorded, and the exit code is 0. Airflow's scheduled runs do the same if
    DELAY_RECALIBRATION__ENABLED is true.
    """
    from entrypoints.cli.views.recalibration import recalibration_json, show_recalibration

    name = resolve_model_name(schema)
    with open_container() as container:
        result = container.use_cases.recalibrate()(name, datetime.now(UTC))
    if json:
        emit(recalibration_json(result))
    else:
        show_recalibration(result, schema)
