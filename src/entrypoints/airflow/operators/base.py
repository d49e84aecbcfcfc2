"""What all operators have in common."""

import json
from abc import abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk import BaseOperator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from airflow.providers.openlineage.extractors import OperatorLineage
    from airflow.sdk import Context, XComArg

    from delay_core import ShipmentSchema
    from entrypoints.airflow.assets import Subject
    from entrypoints.container import Container

MAX_RESULT_BYTES = 2048
"""Bytes of the JSON that a task returns."""
TEXT_CHARACTERS = (400, 200, 100, 65)
"""The length to which texts are cut, one after the other until the result is small enough; a digest has 64."""

Result = dict[str, Any]
"""What a task returns: digests, counts, versions; JSON values."""

if TYPE_CHECKING:
    Output = XComArg | Result | str
    """The output of a task, before and after Airflow resolves it; or a part of it, as text."""


class DelayCoreOperator(BaseOperator):
    """Builds the container of its connection, runs one use case, and returns what the next task needs.

    `schema` is the name of a built-in schema, or the path of a file. Assets among the outlets get the result as the
    `extra` of their events. There is no `__init__`: Airflow handles the arguments of each anew, in every parsed file.
    """

    template_fields: "Sequence[str]" = ("delay_conn_id", "schema")
    ui_color = "#dbe9f4"
    reads: "ClassVar[tuple[Subject, ...]]" = ()
    writes: "ClassVar[tuple[Subject, ...]]" = ()

    schema: str
    delay_conn_id: str
    links: "Mapping[str, str]" = MappingProxyType({})
    """URLs of what the task recorded, by the names of its links."""
    result: "Result | None" = None
    _is_running = False

    def execute(self, context: "Context") -> Result:
        """Run the use case; docs/airflow.md lists which errors fail, skip and retry the task."""
        from entrypoints.airflow.failures import translate_errors
        from entrypoints.airflow.hooks import DelayCoreHook

        self._is_running = True
        try:
            with translate_errors():
                from entrypoints.container import resolve_schema

                with DelayCoreHook(self.delay_conn_id).open_container() as container:
                    result = limited(self.run_use_case(container, resolve_schema(self.schema)))
        finally:
            self._is_running = False
        self.result = result
        if "outlet_events" in context:
            self.publish(context)
        return result

    @abstractmethod
    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        """What the task returns. Raises DelayError."""

    def publish(self, context: "Context") -> None:
        """Add the result to the events of the outlets."""
        from airflow.sdk import Asset

        for outlet in self.outlets:
            if isinstance(outlet, Asset):
                context["outlet_events"][outlet].extra.update(self.result or {})

    def on_kill(self) -> None:
        """End the work: blocks are left, so that what is written apart is removed. The task can be retried.

        No use case starts a process, and an output that is not complete is not visible.
        """
        if self._is_running:
            raise SystemExit(f"{self.task_id} was ended while it ran")

    def get_openlineage_facets_on_complete(self, task_instance: object) -> "OperatorLineage[Any, Any]":  # noqa: ARG002
        """What the task read and wrote."""
        from entrypoints.airflow.lineage import operator_lineage, uris

        source: str | None = getattr(self, "source", None)
        inputs, outputs = (uris(self.schema, subjects, source) for subjects in (self.reads, self.writes))
        return operator_lineage(inputs, outputs, self.result or {})


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
