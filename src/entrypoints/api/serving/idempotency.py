"""Idempotency keys: simultaneous requests with the same key share one prediction."""

import asyncio
from collections.abc import Awaitable
from hashlib import sha256

from delay_core.serving import PredictionRequest
from entrypoints.api.serving.batcher import IdempotencyKey, PredictionBatcher, idempotency_conflict


class IdempotentPredictor:
    """Predicts through the batcher. The prediction log knows the keys of finished requests, this class running ones."""

    def __init__(self, batcher: PredictionBatcher) -> None:
        self._batcher = batcher
        self._in_flight: dict[str, tuple[str, asyncio.Future[bytes]]] = {}

    def predict(self, request: PredictionRequest, body: bytes, key: bytes | None) -> Awaitable[bytes]:
        """The response body. A request with a `key` that was used before gets the first response again.

        Raises Problem (409 if the key was used with another body), DelayError.
        """
        if key is None:
            return self._batcher.predict(request, len(body))
        stored = IdempotencyKey(_sha256((request.client or "").encode(), key), _sha256(body))
        running = self._in_flight.get(stored.key)
        if running is not None:
            if running[0] != stored.body_digest:
                raise idempotency_conflict()
            return asyncio.shield(running[1])
        task = asyncio.ensure_future(self._batcher.predict(request, len(body), stored))
        self._in_flight[stored.key] = stored.body_digest, task
        task.add_done_callback(lambda done: self._forget(stored.key, done))
        return asyncio.shield(task)

    def _forget(self, key: str, task: "asyncio.Future[bytes]") -> None:
        del self._in_flight[key]
        if not task.cancelled():
            task.exception()  # marks the exception as retrieved, in case the client has disconnected


def _sha256(*parts: bytes) -> str:
    return sha256(b"\0".join(parts)).hexdigest()
