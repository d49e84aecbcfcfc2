"""POST /predict: from a body to a body. It stands beside FastAPI's routing, whose work would cost more than ours."""

import asyncio
from collections.abc import Mapping
from hashlib import sha256

from entrypoints.api.answering import Answering, Key, key_taken
from entrypoints.api.bodies import parse_json, parse_prediction_request
from entrypoints.api.incoming import check_is_json, idempotency_key_from
from entrypoints.api.security.api_keys import Caller


class Predicting:
    """Requests with the same idempotency key that run at the same time share one answer."""

    def __init__(self, answering: Answering, batch_limit: int) -> None:
        self._answering = answering
        self._batch_limit = batch_limit
        self._running: dict[str, tuple[str, asyncio.Future[bytes]]] = {}

    async def answer(self, body: bytes, headers: Mapping[bytes, bytes], caller: Caller, request_id: str) -> bytes:
        """The body of the answer. Raises Problem, DelayError."""
        check_is_json(headers)
        idempotency_key = idempotency_key_from(headers)
        request = parse_prediction_request(parse_json(body), self._batch_limit, request_id, caller.name)
        if idempotency_key is None:
            return await self._answering.answer(request)
        key = Key(_digest(caller.name.encode(), idempotency_key), _digest(body))
        running = self._running.get(key.key)
        if running is not None:
            if running[0] != key.body_digest:
                raise key_taken()
            return await asyncio.shield(running[1])
        work = asyncio.ensure_future(self._answering.answer(request, key))
        self._running[key.key] = key.body_digest, work
        work.add_done_callback(lambda done: self._ended(key.key, done))
        return await asyncio.shield(work)

    def _ended(self, key: str, work: "asyncio.Future[bytes]") -> None:
        del self._running[key]
        if not work.cancelled():
            work.exception()  # looked at, if whoever asked has gone


def _digest(*parts: bytes) -> str:
    return sha256(b"\0".join(parts)).hexdigest()
