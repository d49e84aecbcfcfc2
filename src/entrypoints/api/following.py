"""The model that serves: looked for again and again by a thread, exchanged in one step."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from delay_core.errors import BundleError, DelayError, StoreError
from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.model_catalog import ModelVersion
from delay_core.serving import ServingModel
from delay_core.use_cases.follow import Follow

_LOG = logging.getLogger("delay.api")
ACTOR = "follower"
START = 20.0
"""Seconds that a start waits for a model: then the service lives, and is not ready."""
AGAIN = 60.0
"""Seconds until a refused version is looked at again: it may have been mended in its store."""


@dataclass(frozen=True)
class Looked:
    """What a look at the alias found."""

    changed: bool
    problem: str | None
    """Why the version at the alias does not serve, if so; for people who may know."""


class Following:
    """Holds the model that serves. Whoever reads `model` has it for as long as they need it."""

    def __init__(
        self, follow: Follow, record_by_hand: Callable[[ModelVersion], bool], audit: AuditLog, poll: float
    ) -> None:
        """`record_by_hand` tells whether nobody had decided on a version, and records it then; `poll` seconds lie
        between two looks.
        """
        self._follow, self._record_by_hand, self._audit, self._poll = follow, record_by_hand, audit, poll
        self.model: ServingModel | None = None
        self.problem: str | None = "nobody has looked for a model yet"
        self._refused: dict[tuple[int, str], float] = {}
        self._looking = threading.Lock()
        self._end = threading.Event()
        self._looked = threading.Event()
        self._records = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._thread = threading.Thread(target=self._run, name="follower", daemon=True)

    def start(self) -> None:
        """Begin to look, in a thread; return once the first look is over, or has taken longer than a start may."""
        self._thread.start()
        self._looked.wait(START)

    def close(self) -> None:
        """Look no more."""
        self._end.set()
        self._thread.join(timeout=5)
        self._records.shutdown()

    def look(self, actor: str = ACTOR, request_id: str | None = None, *, anew: bool = False) -> Looked:
        """Follow the alias now; `anew` looks at a version again that was refused just now."""
        with self._looking:
            try:
                wanted = self._follow.wanted()
                if not anew and time.monotonic() - self._refused.get(_key(wanted), -AGAIN) < AGAIN:
                    return Looked(changed=False, problem=self.problem)
                changed = self._take(wanted, actor, request_id, anew=anew)
            except DelayError as error:
                if self.problem != str(error):
                    _LOG.warning("the serving alias cannot be followed: %s", error)
                self.problem = str(error)
                return Looked(changed=False, problem=self.problem)
            except Exception:  # noqa: BLE001 - whatever a store holds: the model serves on, and the alias is followed on
                _LOG.exception("the serving alias cannot be followed")
                self.problem = "the version at the alias cannot be used; the server's log says why"
                return Looked(changed=False, problem=self.problem)
            self.problem = None
            return Looked(changed=changed, problem=None)

    def _take(self, wanted: ModelVersion, actor: str, request_id: str | None, *, anew: bool) -> bool:
        serving = self.model
        if serving is not None and _key(serving.version) == _key(wanted):
            return False
        key = _key(wanted)
        try:
            model = self._follow.load(wanted, serving)
        except BundleError as error:
            first = key not in self._refused
            self._refused = {key: time.monotonic()}
            if first or anew:
                self._tell(actor, "model refused", wanted, str(error), request_id, datetime.now(UTC))
            raise
        self.model = model
        self._refused = {}
        self._records.submit(self._tell_served, actor, wanted, serving, request_id, datetime.now(UTC))
        return True

    def _tell_served(
        self, actor: str, wanted: ModelVersion, before: ServingModel | None, request_id: str | None, at: datetime
    ) -> None:
        """By a thread of its own: whoever asks meanwhile is answered by the new version."""
        self._tell(actor, "model served", wanted, self._why(wanted, before), request_id, at)

    def _why(self, wanted: ModelVersion, before: ServingModel | None) -> str:
        instead = f"instead of version {before.version.version}" if before else "at the start"
        if self._end.is_set():
            return f"{instead}; who set the alias was not asked any more"
        try:
            by_hand = self._record_by_hand(wanted)
        except StoreError as error:
            _LOG.warning("nobody can tell who set the alias: %s", error)
            return f"{instead}; who set the alias could not be asked"
        return f"{instead}; {'its alias was set by hand' if by_hand else 'by a recorded decision'}"

    def _tell(
        self, actor: str, action: str, version: ModelVersion, outcome: str, request_id: str | None, at: datetime
    ) -> None:
        subject = f"{version.name} version {version.version}"
        _LOG.log(logging.INFO if action == "model served" else logging.ERROR, "%s: %s, %s", action, subject, outcome)
        entry = AuditEntry(uuid4(), at, actor, action, subject, outcome, request_id)
        try:
            self._audit.append([entry])
        except StoreError as error:
            _LOG.error("this was not audited: %s, %s, %s: %s", action, subject, outcome, error)

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                self.look()
            except Exception:  # noqa: BLE001 - a thread that died would follow nothing any more
                _LOG.exception("the serving alias was not followed")
            self._looked.set()
            self._end.wait(self._poll)


def _key(version: ModelVersion) -> tuple[int, str]:
    return version.version, version.digest
