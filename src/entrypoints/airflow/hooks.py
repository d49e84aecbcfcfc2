"""The hook of connections of the type `delay_core`: settings, and the container that is built from them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from entrypoints.airflow.progress import Progress

if TYPE_CHECKING:
    from entrypoints.container import Container
    from entrypoints.settings import Settings

CONNECTION_TYPE = "delay_core"
DEFAULT_CONNECTION = "delay_core_default"


class DelayCoreHook(BaseHook):
    """Settings are the extras of the connection; those that it does not have come from the environment.

    Without a connection of the default id, all of them do.
    """

    conn_name_attr = "delay_conn_id"
    default_conn_name = DEFAULT_CONNECTION
    conn_type = CONNECTION_TYPE
    hook_name = "delay-core"

    def __init__(self, delay_conn_id: str = DEFAULT_CONNECTION) -> None:
        super().__init__()
        self.delay_conn_id = delay_conn_id

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """Only extras are used."""
        return {"hidden_fields": ["host", "port", "schema", "login", "password"], "relabeling": {}, "placeholders": {}}

    @contextmanager
    def open_container(self) -> "Iterator[Container]":
        """A container for one task: no state outlives the block. Raises SchemaError for invalid extras."""
        progress = Progress(self.log)
        try:
            yield self._create_container(progress)
        finally:
            progress.finish()

    def get_conn(self) -> "Container":
        """The same container, without a block."""
        return self._create_container(Progress(self.log))

    def _create_container(self, progress: Progress) -> "Container":
        from entrypoints.container import Container

        return Container(settings=self.read_settings(), progress=progress)

    def read_settings(self) -> "Settings":
        """The settings of the connection. Raises SchemaError that names the invalid extras."""
        from entrypoints.airflow.connection import read_settings

        return read_settings(self.delay_conn_id, self._extras())

    def _extras(self) -> Mapping[str, Any]:
        try:
            connection = self.get_connection(self.delay_conn_id)
        except AirflowNotFoundException:
            if self.delay_conn_id != DEFAULT_CONNECTION:
                raise
            self.log.info("No connection %s: the settings are those of the environment", DEFAULT_CONNECTION)
            return {}
        return dict(connection.extra_dejson)
