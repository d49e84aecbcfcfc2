"""Sensors: they wait for data and for outcomes in the triggerer, and hold no worker slot meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator

from entrypoints.airflow.arguments import NO_VALUE, read_digest, read_interval, read_share
from entrypoints.airflow.connection_type import DEFAULT_CONNECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from airflow.sdk import Context

    from entrypoints.airflow.operators.base import Output

Result = dict[str, Any]


class WaitForDataSensor(BaseSensorOperator):
    """Waits until the table `source` exists and is not the one with `known_digest` any more.

    `known_digest` is the output of IngestOperator, or its `source_digest`; without it, any table will do. The table is
    read every `poke_interval` seconds. Returns `digest`.
    """

    template_fields: "Sequence[str]" = ("delay_conn_id", "schema", "source", "known_digest")

    def __init__(
        self,
        *,
        schema: str,
        source: str,
        known_digest: "Output | None" = None,
        delay_conn_id: str = DEFAULT_CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.source = source
        self.known_digest = known_digest
        self.delay_conn_id = delay_conn_id

    def execute(self, context: "Context") -> Result:  # noqa: ARG002 - Airflow calls it so
        """Look once, and wait in the triggerer if there is nothing new."""
        known_digest = self._read_known_digest()
        from entrypoints.airflow.failures import translate_errors
        from entrypoints.airflow.hooks import DelayCoreHook

        with translate_errors():
            digest = DelayCoreHook(self.delay_conn_id).new_digest(self.schema, self.source, known_digest)
        if digest is None:
            from entrypoints.airflow.triggers import NewDataTrigger

            self.defer(
                trigger=NewDataTrigger(
                    delay_conn_id=self.delay_conn_id,
                    schema=self.schema,
                    source=self.source,
                    known_digest=known_digest,
                    poll_seconds=self.poke_interval,
                ),
                method_name="complete",
                timeout=timedelta(seconds=self.timeout),
            )
        return {"digest": digest}

    def _read_known_digest(self) -> str | None:
        from entrypoints.airflow.failures import translate_errors

        with translate_errors():
            unset = self.known_digest in NO_VALUE
            return None if unset else read_digest("known_digest", self.known_digest, "source_digest")

    def complete(self, context: "Context", event: Result) -> Result:  # noqa: ARG002 - Airflow calls it so
        """The digest that the trigger has read, or its error."""
        from airflow.providers.common.compat.sdk import AirflowException, AirflowFailException

        if "error" in event:
            raise (AirflowException if event["retry"] else AirflowFailException)(event["error"])
        return event


class WaitForOutcomesSensor(BaseSensorOperator):
    """Waits until the outcomes of the predictions from `since` on and before `until` can be known.

    That is the moment when the deadlines of `share` of them have passed, and the time in which a shipment may be
    reported. It is computed once, and waiting for it reads nothing. Returns the counts.
    """

    template_fields: "Sequence[str]" = ("delay_conn_id", "schema", "since", "until", "share")

    def __init__(
        self,
        *,
        schema: str,
        since: datetime | str,
        until: datetime | str,
        share: float | str = 1.0,
        delay_conn_id: str = DEFAULT_CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.since = since
        self.until = until
        self.share = share
        self.delay_conn_id = delay_conn_id

    def execute(self, context: "Context", event: object = None) -> Result:  # noqa: ARG002 - Airflow calls it so
        """The counts if enough outcomes are due; else wait for the moment when they are."""
        from airflow.providers.standard.triggers.temporal import DateTimeTrigger

        from entrypoints.airflow.failures import translate_errors
        from entrypoints.airflow.hooks import DelayCoreHook

        with translate_errors():
            maturity = DelayCoreHook(self.delay_conn_id).outcome_maturity(
                self.schema, read_interval(self.since, self.until), read_share(self.share)
            )
        moment = maturity.due_at
        if moment is not None and moment > datetime.now(UTC):
            self.log.info("%s of %s outcomes are due; waiting until %s", maturity.due, maturity.predictions, moment)
            self.defer(
                trigger=DateTimeTrigger(moment=moment),
                method_name="execute",
                timeout=timedelta(seconds=self.timeout),
            )
        return {"predictions": maturity.predictions, "due": maturity.due}
