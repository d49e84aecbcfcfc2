"""The HTTP protocol closes connections whose requests do not arrive in time, and no other ones.

It writes the head of a response together with the first part of its body.
"""

import asyncio

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from entrypoints.api.http_protocol import DEADLINE_SECONDS, HttpProtocol

DEADLINE, IDLE = 0.02, 60
REQUEST = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"


class Transport(asyncio.Transport):
    """Records what is written, and that it was closed."""

    is_closed = False

    def __init__(self):
        super().__init__()
        self.written = []

    def close(self):
        self.is_closed = True

    def is_closing(self):
        return self.is_closed

    def write(self, data):
        self.written.append(data)

    def pause_reading(self):
        """Nothing arrives anyway."""

    def resume_reading(self):
        """Nothing arrives anyway."""


async def respond(scope, receive, send):
    """Respond, under /slow only once the client has disconnected."""
    while scope["path"] == "/slow" and (await receive())["type"] != "http.disconnect":
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body"})


def is_closed_after(pieces, pause=0, idle=IDLE):
    """Whether the connection is closed two deadlines after these pieces, with a pause of seconds after each of them."""

    async def run():
        config = Config(respond, log_config=None, lifespan="off", ws="none", timeout_keep_alive=idle)
        protocol = HttpProtocol(config, ServerState(), {DEADLINE_SECONDS: DEADLINE}, asyncio.get_running_loop())
        transport = Transport()
        protocol.connection_made(transport)
        for piece in pieces:
            if not transport.is_closed:
                protocol.data_received(piece)
                await asyncio.sleep(pause)
        await asyncio.sleep(2 * DEADLINE)
        closed = transport.is_closed
        protocol.connection_lost(None)
        return closed

    return asyncio.run(run())


@pytest.mark.parametrize(
    "pieces",
    [
        [REQUEST[:20]],
        [REQUEST[:-1]],
        [REQUEST + REQUEST[:20]],
        [REQUEST, REQUEST[:-1]],
    ],
    ids=["half a header", "unread body", "after a request", "later on the connection"],
)
def test_request_that_does_not_arrive__ends_with_its_connection(pieces):
    assert is_closed_after(pieces)


def test_header_that_comes_byte_by_byte__ends_with_its_connection():
    assert is_closed_after([REQUEST[number : number + 1] for number in range(10)], pause=DEADLINE / 2)


@pytest.mark.parametrize(
    "pieces",
    [[REQUEST], [REQUEST[:20], REQUEST[20:]], [REQUEST] * 3, [REQUEST.replace(b"predict", b"slow") + REQUEST[:20]]],
)
def test_connection__stays_between_requests_and_during_a_response(pieces):
    assert not is_closed_after(pieces)


def test_connection_without_a_request__is_closed_as_an_idle_one():
    assert not is_closed_after([])
    assert is_closed_after([], idle=DEADLINE)


def written_by(app, *pieces):
    """What the protocol writes for a request in these pieces."""

    async def run():
        config = Config(app, log_config=None, lifespan="off", ws="none")
        protocol = HttpProtocol(config, ServerState(), {DEADLINE_SECONDS: DEADLINE}, asyncio.get_running_loop())
        transport = Transport()
        protocol.connection_made(transport)
        for piece in pieces:
            protocol.data_received(piece)
            await asyncio.sleep(DEADLINE / 4)
        protocol.connection_lost(None)
        return transport.written

    return asyncio.run(run())


def responding(*parts, headers=()):
    """An application that reads its request and responds with a body of these parts."""

    async def app(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        for part in parts:
            await send({"type": "http.response.body", "body": part, "more_body": part is not parts[-1]})

    return app


def test_head_of_a_response__is_written_with_the_first_part_of_its_body():
    [whole] = written_by(responding(b"{}", headers=[(b"content-length", b"2")]), REQUEST)
    assert whole == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"

    first, second, last = written_by(responding(b"ab", b"HTTP/1.1 looks like a head", b"c"), REQUEST)
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert first.endswith(b"\r\n\r\n2\r\nab\r\n")
    assert second == b"1a\r\nHTTP/1.1 looks like a head\r\n"
    assert last == b"1\r\nc\r\n0\r\n\r\n"


def test_response_without_a_body__is_written_at_its_end():
    [head] = written_by(responding(b"{}", headers=[(b"content-length", b"2")]), REQUEST.replace(b"POST", b"HEAD"))
    assert head == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n"


def test_interim_response__does_not_wait_for_the_final_one():
    request = REQUEST.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")
    interim, final = written_by(responding(b"", headers=[(b"content-length", b"0")]), request[:-2], b"{}")
    assert interim == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert final.startswith(b"HTTP/1.1 200 OK")


def test_response_that_breaks_off__has_its_head_written():
    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        raise RuntimeError("broken")

    [head] = written_by(app, REQUEST)
    assert head.startswith(b"HTTP/1.1 200 OK")
