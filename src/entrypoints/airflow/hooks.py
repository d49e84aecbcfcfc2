"""The hook of connections of the type `delay_core`: settings, and the container that is built from them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from entrypoints.airflow.connection_type import CONNECTION_TYPE, DEFAULT_CONNECTION
from entrypoints.airflow.progress import Progress

if TYPE_CHECKING:
    from delay_core.data_interval import DataInterval
    from delay_core.use_cases.outcome_maturity import OutcomeMaturity
    from entrypoints.container import Container
    from entrypoints.settings import Settings


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

    def test_connection(self) -> tuple[bool, str]:
        """Whether the stores of the connection respond, and which of them do, or the first error."""
        from delay_core.errors import DelayError
        from entrypoints.airflow.connection import check_stores

        try:
            return True, f"these respond: {', '.join(check_stores(self.get_conn()))}"
        except (DelayError, ModuleNotFoundError) as error:
            return False, str(error)

    def _create_container(self, progress: Progress) -> "Container":
        from entrypoints.airflow.orm_models import complete_models
        from entrypoints.container import Container

        complete_models()
        return Container(settings=self.read_settings(), progress=progress)

    def read_settings(self) -> "Settings":
        """The settings of the connection. Raises SchemaError that names the invalid extras."""
        from entrypoints.airflow.connection import read_settings

        return read_settings(self.delay_conn_id, self._extras())

    def _extras(self) -> Mapping[str, Any]:
        from airflow.providers.common.compat.sdk import AirflowNotFoundException

        try:
            connection = self.get_connection(self.delay_conn_id)
        except AirflowNotFoundException:
            if self.delay_conn_id != DEFAULT_CONNECTION:
                raise
            self.log.info("No connection %s: the settings are those of the environment", DEFAULT_CONNECTION)
            return {}
        return dict(connection.extra_dejson)

    def new_digest(self, schema: str, source: str, known_digest: str | None) -> str | None:
        """The digest of the table; None if it has the known one, does not exist yet, or its server does not respond.

        Raises DelayError if it can never be read.
        """
        from delay_core.errors import NoDataYet, SourceUnavailable
        from delay_core.joins import JoinedTable
        from entrypoints.container import resolve_schema

        with self.open_container() as container:
            try:
                digest = JoinedTable(container.storage.shipment_source(), source, resolve_schema(schema)).digest()
            except NoDataYet:
                return None
            except SourceUnavailable as error:
                self.log.warning("%s", error)
                return None
        return None if digest == known_digest else digest

    def outcome_maturity(self, schema: str, interval: "DataInterval", share: float) -> "OutcomeMaturity":
        """What is due of the predictions in the interval. Raises DelayError."""
        from delay_core.errors import SchemaError
        from delay_core.monitoring.time_window import TimeWindow
        from entrypoints.container import resolve_schema

        if interval.since is None or interval.until is None:
            raise SchemaError("since and until are both needed: they say which predictions are waited for")
        with self.open_container() as container:
            name = container.settings().model_name_for(resolve_schema(schema).name)
            window = TimeWindow(interval.since, interval.until)
            maturity: OutcomeMaturity = container.monitoring.read_outcome_maturity()(
                name, window, datetime.now(UTC), share
            )
            return maturity
