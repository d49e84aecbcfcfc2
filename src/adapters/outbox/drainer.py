"""The thread that drains the journal; of several processes that share a journal, one at a time does."""

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from adapters.outbox.drain import Drain
from adapters.outbox.lane import Lane
from delay_core.errors import StoreError

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # s, between attempts while the database is away
_BETWEEN = 5e-4  # s; whoever waits for the turn gets it
_AGAIN = 600.0  # s, between attempts with what was set aside; the first is at the start
_LOOK = 0.5  # s; what another process left behind is found so soon
_STOP = 5.0  # s


class Turns:
    """A lock between processes, which the kernel takes back from one that was killed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def tried(self) -> Iterator[bool]:
        """Whether it is this one's turn, until the block ends."""
        with self._path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    @contextmanager
    def waited(self, seconds: float) -> Iterator[None]:
        """This one's turn. Raises StoreError when it does not come in time."""
        end = time.monotonic() + seconds
        while True:
            with self.tried() as mine:
                if mine:
                    yield
                    return
            if time.monotonic() > end:
                raise StoreError(f"{self._path.stem} is being drained, and the database does not answer; try again")
            time.sleep(1e-3)


class Drainer:
    """Drains until it is closed; what goes wrong is told by the lanes, and tried again."""

    def __init__(self, drain: Drain, turns: Turns, lanes: Mapping[str, Lane]) -> None:
        self._drain = drain
        self._turns = turns
        self._lanes = lanes
        self._woken = Event()
        self._closing = False
        self._pause = _FIRST_PAUSE
        self._tried: dict[str, float] = {}
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._closing = False
        self._tried.clear()
        self._thread = Thread(target=self._run, name="journal-drain", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def close(self) -> None:
        """End, once the batch that is on its way is there; one that hangs is left to itself."""
        self._closing = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join(_STOP)
            self._thread = None

    def _run(self) -> None:
        pause = 0.0
        while not self._closing:
            self._woken.wait(pause)
            self._woken.clear()
            pause = max(self._round(lane) for lane in tuple(self._lanes.values())) if self._lanes else _LOOK

    def _round(self, lane: Lane) -> float:
        """Drain the lane as far as possible; how long to wait then."""
        try:
            while not self._closing:
                with self._turns.tried() as mine:
                    more = mine and self._drain.turn(lane)
                    if mine and not more:
                        self._again(lane)
                self._pause = _FIRST_PAUSE
                if not more:
                    return _LOOK
                time.sleep(_BETWEEN)
        except Exception as error:  # noqa: BLE001 - the thread must not end; `state` tells
            lane.failed(error)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        return self._pause

    def _again(self, lane: Lane) -> None:
        now = time.monotonic()
        if now - self._tried.get(lane.name, -_AGAIN) >= _AGAIN:
            self._tried[lane.name] = now
            self._drain.again(lane)
