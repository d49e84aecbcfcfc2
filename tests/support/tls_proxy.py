"""TLS in front of a PostgreSQL server whose build has none, with the protocol's own request for it."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)


@contextmanager
def tls_proxy(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """The port of this machine at which the server at `port` answers with TLS only."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, context), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)  # ends the thread's accept()


def _accept(listener: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_serve, args=(client, port, context), daemon=True).start()


def _serve(client: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        if client.recv(len(SSL_REQUEST), socket.MSG_WAITALL) != SSL_REQUEST:
            return  # a client without TLS
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as encrypted:
            upward = threading.Thread(target=_pipe, args=(encrypted, server), daemon=True)
            upward.start()
            _pipe(server, encrypted)
            upward.join()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
