"""`python -m infra.terraform up|plan|down`: the buckets and roles of the stack `localstack` on this machine."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from delay_core.errors import StoreError
from infra.local.__main__ import FOLDER
from infra.terraform.local_stack import LocalStack


def main() -> int:
    """Run the command; the exit status is 1 if it fails, or if a plan has changes."""
    arguments = _parser().parse_args()
    stack = LocalStack(arguments.folder)
    out, errors = (
        Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False, emoji=False) for stderr in (False, True)
    )
    try:
        if arguments.command == "up":
            _up(stack, arguments.port, out)
        elif arguments.command == "plan":
            if changes := stack.drift():
                out.print(changes.strip())
                return 1
            out.print("No drift: buckets, policies and roles are as the stack describes them.")
        else:
            _down(stack, out, purge=arguments.purge)
    except StoreError as error:
        errors.print(str(error))
        return 1
    return 0


def _up(stack: LocalStack, port: int | None, out: Console) -> None:
    started = stack.up(port)
    out.print(f"S3 and IAM: {started.urls['AWS_ENDPOINT_URL_S3']}, {started.server}.")
    out.print("Objects are in memory: make infra-down saves them, a crash loses them.")
    if started.restored:
        out.print(f"Objects of the last time: {started.restored} restored.")
    out.print("Every make target now uses it.")


def _down(stack: LocalStack, out: Console, *, purge: bool) -> None:
    saved = stack.down(purge=purge)
    if saved is None:
        out.print("The S3 server was not running.")
    elif not purge:
        out.print(f"Stopped: S3. Its {saved} objects are saved; the next make infra-up restores them.")
    if purge:
        out.print("Its buckets, objects and roles are deleted.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.terraform", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: %(default)s")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the server, and create buckets, policies and roles")
    up.add_argument("--port", type=int, help="of a local process; default: 4566, in Docker where an engine runs")
    commands.add_parser("plan", help="show what differs from the stack")
    down = commands.add_parser("down", help="save the objects and stop the server")
    down.add_argument("--purge", action="store_true", help="delete the objects, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
