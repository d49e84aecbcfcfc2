"""From waiting requests to answers: small ones are put together and scored at once, large ones leave the event loop."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from delay_core.errors import DelayError, ShipmentValidationError
from delay_core.ports.prediction_log import KeyedAnswer
from delay_core.serving import PredictionRequest, PredictionResponse, ServingModel, predict_batch
from entrypoints.api.bodies import serialize_response
from entrypoints.api.log_writer import Entry, LogWriter
from entrypoints.api.model_watcher import ModelWatcher
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.problems import Problem

_LOG = logging.getLogger("delay.api")
SMALL = 64
"""Shipments of a request that is scored on the event loop, together with others."""
MOST = 256
"""Requests of a group: the event loop has other work, too."""
SWEEP = 0.2
"""Seconds between looks for requests that have waited too long."""
_BACK_SOON = {"Retry-After": "1"}


Refuse = Callable[[Exception], object]


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key, as it is remembered: digests of client and key, and of the body that came with it."""

    key: str
    body_digest: str


@dataclass(slots=True, eq=False)
class _Waiting:
    request: PredictionRequest
    key: Key | None
    since: float
    future: "asyncio.Future[bytes]"

    def done(self, outcome: bytes | Exception) -> None:
        """On the event loop; whoever was told before, or has gone, is not told again."""
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class Answering:
    """Every request that comes in is answered: with predictions that are durably logged, or with a problem."""

    def __init__(
        self, following: ModelWatcher, writer: LogWriter | None, metrics: ApiMetrics, queue_limit: int, deadline: float
    ) -> None:
        """Without a `writer` nothing is logged. `deadline` are seconds, `queue_limit` shipments."""
        self._following, self._writer, self._metrics = following, writer, metrics
        self._queue_limit, self._deadline = queue_limit, deadline
        self._group: list[_Waiting] = []
        self._writing = False  # one group at a time: others gather meanwhile, and cost less together
        self._inside: dict[_Waiting, None] = {}
        self._shipments = 0
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="scorer")
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, on this loop."""
        self._loop = loop
        if self._writer is not None:
            self._writer.start(loop)
        loop.call_later(SWEEP, self._sweep)

    def close(self) -> None:
        """Write what has been answered, and end."""
        self._pool.shutdown()
        if self._writer is not None:
            self._writer.close()
        self._loop = None

    @property
    def waiting(self) -> int:
        """Shipments that wait for their answers."""
        return self._shipments

    async def answer(self, request: PredictionRequest, key: Key | None = None) -> bytes:
        """The body of the answer, once its predictions are durable. Raises Problem, DelayError."""
        loop, count = self._loop, len(request.shipments)
        if loop is None:
            raise Problem(503, "the service is stopping", headers=_BACK_SOON)
        if self._following.model is None:
            raise Problem(503, "the model is not loaded; GET /health/ready says why", headers={"Retry-After": "5"})
        if self._shipments + count > self._queue_limit:
            raise Problem(503, "too many requests wait already", headers=_BACK_SOON)
        waiting = _Waiting(request, key, time.monotonic(), loop.create_future())
        self._inside[waiting] = None
        self._shipments += count
        try:
            if count > SMALL or request.explained:
                self._send_apart(loop, waiting)
            else:
                if not self._group and not self._writing:
                    loop.call_soon(self._answer_group)
                self._group.append(waiting)
            return await waiting.future
        finally:
            del self._inside[waiting]
            self._shipments -= count

    def _answer_group(self) -> None:
        group, self._group = self._group[:MOST], self._group[MOST:]
        loop = self._loop
        if not group or loop is None:
            return  # it went its way before its turn came
        entries = self._answered(group, quick=partial(self._send_apart, loop))
        if self._writer is None:
            for entry in entries:
                entry.done(entry.body)
        elif entries:
            self._writing = True
            self._writer.submit(entries, self._written)
        if self._group and not self._writing:
            loop.call_soon(self._answer_group)

    def _written(self) -> None:
        """A group is durable, or refused: what has gathered meanwhile goes its way before these answers are sent, so
        that the database has work while they are.
        """
        self._writing = False
        if self._group:
            self._answer_group()

    def _send_apart(self, loop: asyncio.AbstractEventLoop, waiting: _Waiting) -> None:
        loop.run_in_executor(self._pool, self._answer_apart, loop, waiting)

    def _answer_apart(self, loop: asyncio.AbstractEventLoop, waiting: _Waiting) -> None:
        """In a thread of the pool."""
        entries = self._answered([waiting], refuse=lambda outcome: loop.call_soon_threadsafe(waiting.done, outcome))
        if self._writer is not None:
            self._writer.submit(entries, _nothing)
        else:
            for entry in entries:
                loop.call_soon_threadsafe(entry.done, entry.body)

    def _answered(
        self,
        group: Sequence[_Waiting],
        *,
        refuse: Refuse | None = None,
        quick: Callable[[_Waiting], object] | None = None,
    ) -> list[Entry]:
        """What is to be logged; who is refused is told at once; `quick` is given who needs more time than there is."""
        model, began = self._following.model, time.perf_counter()
        if model is None:
            return _refused(group, Problem(503, "the model is not loaded"), refuse)
        now = datetime.now(UTC)
        try:
            responses = predict_batch(model, [waiting.request for waiting in group], now, fast_only=quick is not None)
        except DelayError as error:
            return _refused(group, error, refuse)
        except Exception as error:  # noqa: BLE001 - a bug must not leave callers without an answer
            if len(group) > 1:  # nor may one caller's request be the harm of others
                return [entry for waiting in group for entry in self._answered([waiting], refuse=refuse, quick=quick)]
            _LOG.exception("a request was not answered")
            return _refused(group, error, refuse)
        entries = []
        for waiting, response in zip(group, responses, strict=True):
            if isinstance(response, ShipmentValidationError):
                _refused([waiting], response, refuse)
            elif response is not None:
                entries.append(_entry(model, waiting, response, now))
            elif quick is not None:
                quick(waiting)
        self._measure(model, [response for response in responses if isinstance(response, PredictionResponse)], began)
        return entries

    def _measure(self, model: ServingModel, responses: Sequence[PredictionResponse], began: float) -> None:
        version, digest = model.metric_labels
        self._metrics.stage_observer("score", version, digest)(time.perf_counter() - began)
        on_time, late, noted = self._metrics.prediction_counters(version, digest)
        acts = sum(sum(response.acts) for response in responses)
        late(acts)
        on_time(sum(len(response.acts) for response in responses) - acts)
        noted(sum(1 for response in responses for notes in response.notes if notes))

    def _sweep(self) -> None:
        if self._loop is None:
            return
        before = time.monotonic() - self._deadline
        for waiting in self._inside:  # the oldest first
            if waiting.since > before:
                break
            waiting.done(Problem(503, "this took too long; ask again", headers=_BACK_SOON))
        self._loop.call_later(SWEEP, self._sweep)


def _refused(group: Sequence[_Waiting], error: Exception, refuse: Refuse | None) -> list[Entry]:
    for waiting in group:
        (refuse or waiting.done)(error)
    return []


def _entry(model: ServingModel, waiting: _Waiting, response: PredictionResponse, now: datetime) -> Entry:
    body = serialize_response(model, waiting.request, response, now)
    key = waiting.key
    if key is None:
        return Entry(response.logged, body, waiting.done)
    mine = KeyedAnswer(key.key, key.body_digest, waiting.request.request_id, now, body.decode())

    def held(found: KeyedAnswer) -> bytes | Exception:
        if found.body_digest != mine.body_digest:
            return key_taken()
        return found.answer.encode()

    return Entry(response.logged, body, waiting.done, mine, held)


def key_taken() -> Problem:
    """409."""
    return Problem(409, "this Idempotency-Key came with another body before; use a new key for a new request")


def _nothing() -> None:
    """Whoever is answered apart holds up nobody."""
