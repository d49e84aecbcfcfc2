"""Whether a server can listen on an address."""

import socket

import typer


def check_port(host: str, port: int, option: str) -> None:
    """Raise BadParameter, which names the option, if the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise typer.BadParameter(
                f"{host}:{port} cannot be listened on: {error.strerror}; end the program there, or choose another port "
                f"with {option}",
                param_hint=option,
            ) from None
