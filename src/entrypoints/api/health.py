"""How the service is: each thing that it stands on is asked, and said to be up, degraded or down."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from delay_core.errors import StoreError
from entrypoints.api.following import Following
from entrypoints.api.wording import redact_locations

State = Literal["up", "degraded", "down"]
PATIENCE = 2.0
"""Seconds that a dependency has to answer."""
FRESH = 1.0
"""Seconds for which an answer is given again: whoever asks often does not ask the database often."""


@dataclass(frozen=True)
class Found:
    """How one dependency is, and what there is to say of it."""

    state: State
    detail: str


class Health:
    """Asks in threads, for a dependency that hangs must not hang the service."""

    def __init__(
        self,
        following: Following,
        stale_since: Callable[[], datetime | None],
        ask_database: Callable[[], str | None] | None,
        journal: Callable[[], tuple[int, int]] | None,
    ) -> None:
        """`stale_since`: when the registry was last heard, if it is away. `ask_database`: what is wrong with it, if
        anything. `journal`: rows that wait in it, and the most. None: nothing is logged.
        """
        self._following, self._stale_since = following, stale_since
        self._ask_database, self._journal = ask_database, journal
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="health")
        self._known: tuple[float, dict[str, Found]] = (0.0, {})
        self._asking: asyncio.Future[dict[str, Found]] | None = None

    async def ask(self) -> dict[str, Found]:
        """Every dependency by name."""
        at, known = self._known
        if known and time.monotonic() - at < FRESH:
            return known
        if self._asking is None:
            self._asking = asyncio.ensure_future(self._ask())
            self._asking.add_done_callback(lambda _: setattr(self, "_asking", None))
        return await asyncio.shield(self._asking)

    async def _ask(self) -> dict[str, Found]:
        loop = asyncio.get_running_loop()
        found = {"model": self._model(), "registry": self._registry()}
        if self._ask_database is not None:
            asked = loop.run_in_executor(self._threads, self._wrong)
            try:
                wrong = await asyncio.wait_for(asked, PATIENCE)
            except TimeoutError:
                wrong = "the database does not answer"
            found["prediction_log"] = await loop.run_in_executor(None, self._log, wrong)
        self._known = time.monotonic(), found
        return found

    def _model(self) -> Found:
        model, problem = self._following.model, redact_locations(self._following.problem or "")
        if model is None:
            return Found("down", f"not loaded: {problem}")
        said = f"version {model.version.version} of {model.version.name}"
        return Found("degraded", f"{said}; {problem}") if problem else Found("up", said)

    def _registry(self) -> Found:
        since = self._stale_since()
        if since is not None:
            return Found("degraded", f"MLflow is away; known as of {since:%Y-%m-%d %H:%M:%S} UTC")
        return Found("up", "MLflow answers")

    def _wrong(self) -> str | None:
        try:
            return self._ask_database() if self._ask_database else None
        except StoreError:
            return "the database is away"

    def _log(self, wrong: str | None) -> Found:
        try:
            waiting, most = self._journal() if self._journal else (0, 0)
        except StoreError:
            return Found("down", f"{wrong or 'the database answers'}; the journal cannot be used")
        held = f"the journal holds {waiting} of at most {most} rows"
        if wrong is None and not waiting:
            return Found("up", "the database answers; the journal is empty")
        if most and waiting >= most:
            return Found("down", f"{wrong or 'the database answers'}; the journal is full")
        return Found("degraded", f"{wrong or 'the database answers'}; {held}")

    def close(self) -> None:
        """Wait for nobody."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def overall(found: dict[str, Found]) -> Literal["ok", "degraded", "unavailable"]:
    """What all of it comes to: what is down makes the service unavailable."""
    states = {one.state for one in found.values()}
    return "unavailable" if "down" in states else "degraded" if "degraded" in states else "ok"
