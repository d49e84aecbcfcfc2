"""Batches of requests: small requests are scored together on the event loop, large ones in a thread pool."""

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
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.payloads import serialize_response
from entrypoints.api.problems import Problem
from entrypoints.api.serving.commit_group import CommitGroup, CommitItem, Result
from entrypoints.api.serving.group_commit import GroupCommitWriter
from entrypoints.api.serving.model_watcher import ModelWatcher

_LOG = logging.getLogger("delay.api")
INLINE_MAX_SHIPMENTS, INLINE_MAX_BYTES = 64, 2**16
"""A request of at most this size is scored and logged on the event loop, together with others."""
SCORE_AHEAD_REQUESTS = 8
"""While predictions are written, as many waiting requests are scored ahead, so that the database need not wait; fewer
wait for more, since larger batches take less time per request."""
MAX_BATCH_REQUESTS = 256
"""Requests per batch, so that the event loop has time for other work."""
EXPIRY_SCAN_SECONDS = 0.2
"""Interval between scans for requests that exceed their deadline."""
_RETRY_AFTER_1S = {"Retry-After": "1"}

Refuse = Callable[[Exception], object]


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """SHA-256 digests: of client and key, and of the request body."""

    key: str
    body_digest: str


@dataclass(slots=True, eq=False)
class _PendingRequest:
    request: PredictionRequest
    key: IdempotencyKey | None
    arrived_at: float
    future: "asyncio.Future[bytes]"

    def done(self, result: Result) -> None:
        """Resolve the future. Runs on the event loop; does nothing if it is resolved or cancelled already."""
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class PredictionBatcher:
    """Predicts requests in batches, and responds once the predictions are durably logged."""

    def __init__(
        self,
        watcher: ModelWatcher,
        writer: GroupCommitWriter | None,
        metrics: ApiMetrics,
        queue_limit: int,
        deadline_seconds: float,
    ) -> None:
        """Without a `writer`, predictions are not logged. `queue_limit`: shipments that may wait."""
        self._watcher, self._writer, self._metrics = watcher, writer, metrics
        self._queue_limit, self._deadline_seconds = queue_limit, deadline_seconds
        self._queue: list[_PendingRequest] = []
        self._batches_in_writing = 0
        self._pending: dict[_PendingRequest, None] = {}
        self._shipments_waiting = 0
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="scorer")
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Accept requests on this loop."""
        self._loop = loop
        if self._writer is not None:
            self._writer.start(loop)
        loop.call_later(EXPIRY_SCAN_SECONDS, self._expire)

    def close(self) -> None:
        """Log the predictions that were made, then stop."""
        self._pool.shutdown()
        if self._writer is not None:
            self._writer.close()
        self._loop = None

    @property
    def shipments_waiting(self) -> int:
        """Shipments that wait for their predictions."""
        return self._shipments_waiting

    async def predict(self, request: PredictionRequest, size: int, key: IdempotencyKey | None = None) -> bytes:
        """The response body, once its predictions are durable. `size`: bytes of the request's body.

        Raises Problem, DelayError.
        """
        loop, count = self._loop, len(request.shipments)
        if loop is None:
            raise Problem(503, "the service is stopping", headers=_RETRY_AFTER_1S)
        if self._watcher.model is None:
            raise Problem(
                503, "the model is not loaded; GET /health/ready has the reason", headers={"Retry-After": "5"}
            )
        if self._shipments_waiting + count > self._queue_limit:
            raise Problem(503, "too many requests are waiting already", headers=_RETRY_AFTER_1S)
        pending = _PendingRequest(request, key, time.monotonic(), loop.create_future())
        self._pending[pending] = None
        self._shipments_waiting += count
        try:
            if count > INLINE_MAX_SHIPMENTS or size > INLINE_MAX_BYTES or request.explained:
                self._submit_to_pool(loop, pending)
            else:
                self._queue.append(pending)
                if len(self._queue) == (SCORE_AHEAD_REQUESTS if self._batches_in_writing else 1):
                    loop.call_soon(self._predict_queued)
            return await pending.future
        finally:
            del self._pending[pending]
            self._shipments_waiting -= count

    def _predict_queued(self) -> None:
        batch, self._queue = self._queue[:MAX_BATCH_REQUESTS], self._queue[MAX_BATCH_REQUESTS:]
        loop = self._loop
        if not batch or loop is None:
            return  # an earlier call has taken the queue
        items = self._predict_batch(batch, defer=partial(self._submit_to_pool, loop))
        if self._writer is None:
            for item in items:
                item.done(item.body)
        elif items:
            self._batches_in_writing += 1
            self._writer.submit_on_loop(CommitGroup(items, [self._batch_committed]))
        if self._queue and not self._batches_in_writing:
            loop.call_soon(self._predict_queued)

    def _batch_committed(self) -> None:
        """Start the next batch before the responses of this one are sent, so that the database stays busy."""
        self._batches_in_writing -= 1
        if self._queue and not self._batches_in_writing:
            self._predict_queued()

    def _submit_to_pool(self, loop: asyncio.AbstractEventLoop, pending: _PendingRequest) -> None:
        loop.run_in_executor(self._pool, self._predict_in_pool, loop, pending)

    def _predict_in_pool(self, loop: asyncio.AbstractEventLoop, pending: _PendingRequest) -> None:
        items = self._predict_batch([pending], refuse=lambda error: loop.call_soon_threadsafe(pending.done, error))
        if self._writer is not None:
            self._writer.submit(CommitGroup(items, []))
        else:
            for item in items:
                loop.call_soon_threadsafe(item.done, item.body)

    def _predict_batch(
        self,
        batch: Sequence[_PendingRequest],
        *,
        refuse: Refuse | None = None,
        defer: Callable[[_PendingRequest], object] | None = None,
    ) -> list[CommitItem]:
        """The items to log. Invalid requests are refused at once; `defer` receives those that take too long here."""
        model, started = self._watcher.model, time.perf_counter()
        if model is None:
            return _refuse_all(batch, Problem(503, "the model is not loaded"), refuse)
        now = datetime.now(UTC)
        try:
            requests = [pending.request for pending in batch]
            responses = predict_batch(model, requests, now, fast_only=defer is not None)
        except DelayError as error:
            return _refuse_all(batch, error, refuse)
        except Exception as error:  # noqa: BLE001 - every request needs a response
            if len(batch) > 1:  # one request must not fail the others
                return [
                    item for pending in batch for item in self._predict_batch([pending], refuse=refuse, defer=defer)
                ]
            _LOG.exception("a request was not predicted")
            return _refuse_all(batch, error, refuse)
        items = []
        for pending, response in zip(batch, responses, strict=True):
            if isinstance(response, ShipmentValidationError):
                _refuse_all([pending], response, refuse)
            elif response is not None:
                items.append(_commit_item(model, pending, response, now))
            elif defer is not None:
                defer(pending)
        self._record_metrics(
            model, [response for response in responses if isinstance(response, PredictionResponse)], started
        )
        return items

    def _record_metrics(self, model: ServingModel, responses: Sequence[PredictionResponse], started: float) -> None:
        version, digest = model.metric_labels
        self._metrics.stage_observer("score", version, digest)(time.perf_counter() - started)
        count_on_time, count_late, count_with_notes = self._metrics.prediction_counters(version, digest)
        late = sum(sum(response.acts) for response in responses)
        count_late(late)
        count_on_time(sum(len(response.acts) for response in responses) - late)
        count_with_notes(sum(1 for response in responses for notes in response.notes if notes))

    def _expire(self) -> None:
        if self._loop is None:
            return
        oldest_allowed = time.monotonic() - self._deadline_seconds
        for pending in self._pending:  # the oldest first
            if pending.arrived_at > oldest_allowed:
                break
            pending.done(Problem(503, "the request took too long; retry", headers=_RETRY_AFTER_1S))
        self._loop.call_later(EXPIRY_SCAN_SECONDS, self._expire)


def _refuse_all(batch: Sequence[_PendingRequest], error: Exception, refuse: Refuse | None) -> list[CommitItem]:
    for pending in batch:
        (refuse or pending.done)(error)
    return []


def _commit_item(
    model: ServingModel, pending: _PendingRequest, response: PredictionResponse, now: datetime
) -> CommitItem:
    body = serialize_response(model, pending.request, response, now)
    key = pending.key
    if key is None:
        return CommitItem(response.logged, body, pending.done)
    keyed = KeyedAnswer(key.key, key.body_digest, pending.request.request_id, now, body.decode())

    def resolve(stored: KeyedAnswer) -> Result:
        return idempotency_conflict() if stored.body_digest != keyed.body_digest else stored.answer.encode()

    return CommitItem(response.logged, body, pending.done, keyed, resolve)


def idempotency_conflict() -> Problem:
    """409: the key was used before with another request body."""
    return Problem(409, "this Idempotency-Key was used with another body before; use a new key for a new request")
