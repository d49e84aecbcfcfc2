"""What all operators have in common."""

import json
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator

from entrypoints.airflow.failures import translate_errors
from entrypoints.airflow.hooks import DEFAULT_CONNECTION, DelayCoreHook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from delay_core import ShipmentSchema
    from entrypoints.container import Container

MAX_RESULT_BYTES = 2048
"""Bytes of the JSON that a task returns."""
TEXT_CHARACTERS = (400, 200, 100, 65)
"""The length to which texts are cut, one after the other until the result is small enough; a digest has 64."""

Result = dict[str, Any]
"""What a task returns: digests, counts, versions; JSON values."""


class DelayCoreOperator(BaseOperator):
    """Builds the container of its connection, runs one use case, and returns what the next task needs.

    `schema` is the name of a built-in schema, or the path of a file.
    """

    template_fields: "Sequence[str]" = ("delay_conn_id", "schema")
    ui_color = "#dbe9f4"

    def __init__(self, *, schema: str, delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id

    def execute(self, context: "Context") -> Result:  # noqa: ARG002 - Airflow calls it so
        """Run the use case; docs/airflow.md lists which errors fail, skip and retry the task."""
        with translate_errors():
            from entrypoints.container import resolve_schema

            with DelayCoreHook(self.delay_conn_id).open_container() as container:
                return limited(self.run_use_case(container, resolve_schema(self.schema)))

    @abstractmethod
    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        """What the task returns. Raises DelayError."""


def limited(result: Result) -> Result:
    """The result; if it is larger than MAX_RESULT_BYTES, with its longest texts cut."""
    for characters in TEXT_CHARACTERS:
        if len(json.dumps(result).encode()) <= MAX_RESULT_BYTES:
            break
        result = {key: _shorten(value, characters) for key, value in result.items()}
    return result


def _shorten(value: Any, characters: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= characters else f"{value[: characters - 1]}…"
    if isinstance(value, list):
        return [_shorten(one, characters) for one in value]
    if isinstance(value, dict):
        return {key: _shorten(one, characters) for key, one in value.items()}
    return value
