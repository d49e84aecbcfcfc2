"""A server that parses nothing: how many requests the load generator itself can send. `raw_server PORT`."""

import asyncio
import sys
from typing import cast

import uvloop

_BODY = b'{"prediction":1,"probability":0.5}'
ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(_BODY), _BODY)


class RawProtocol(asyncio.Protocol):
    """Treats each chunk of data as one request."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast("asyncio.Transport", transport).write  # uvloop's transport is not a subclass

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - asyncio's interface
        self._write(ANSWER)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(RawProtocol, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
