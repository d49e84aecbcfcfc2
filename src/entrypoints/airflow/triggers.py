"""Triggers: what waits in the triggerer, so that no worker slot is held."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseTrigger, TriggerEvent

from entrypoints.airflow.failures import Effect, effect_of
from entrypoints.airflow.hooks import DelayCoreHook


class NewDataTrigger(BaseTrigger):
    """Fires when the table at `source` exists and its digest is not `known_digest`."""

    def __init__(
        self, *, delay_conn_id: str, schema: str, source: str, known_digest: str | None, poll_seconds: float
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Airflow has no types there
        self.delay_conn_id = delay_conn_id
        self.schema = schema
        self.source = source
        self.known_digest = known_digest
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class and its arguments."""
        names = ("delay_conn_id", "schema", "source", "known_digest", "poll_seconds")
        return f"{__name__}.{type(self).__name__}", {name: getattr(self, name) for name in names}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Read the table's digest again and again, each time in a thread. A server that does not respond is retried."""
        from asgiref.sync import sync_to_async

        hook = DelayCoreHook(self.delay_conn_id)
        while True:
            try:
                digest = await sync_to_async(hook.new_digest)(self.schema, self.source, self.known_digest)
            except Exception as error:  # noqa: BLE001 - the task raises it, by the rules of all tasks
                event = {"error": str(error), "retry": effect_of(error) is Effect.RETRY}
                yield TriggerEvent(event)  # type: ignore[no-untyped-call]
                return
            if digest is not None:
                yield TriggerEvent({"digest": digest})  # type: ignore[no-untyped-call]
                return
            await asyncio.sleep(self.poll_seconds)
