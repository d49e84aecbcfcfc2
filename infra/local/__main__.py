"""`python -m infra.local up|down|status`: the services that the product can use, on this machine, without Docker."""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from delay_core.errors import StoreError
from infra.local import mlflow_server, s3_server
from infra.local.services import LocalServices

FOLDER = Path(".services")


def main() -> int:
    """Do what the command line says; 1 when it cannot be done."""
    asked = _parser().parse_args()
    services = LocalServices(asked.folder)
    out, complaints = (Console(stderr=stderr, highlight=False, soft_wrap=True) for stderr in (False, True))
    try:
        if asked.command == "up":
            urls = services.up(asked.mlflow_port, asked.s3_port if asked.s3 else None, asked.allow_host)
            _show(services, out)
            out.print(
                f"make takes their URLs from {_told(services.make_file)} from now on, in every target.", markup=False
            )
            out.print(f"Other commands: set -a; . {_told(services.shell_file)}; set +a", markup=False)
            for name, url in urls.items():
                if os.environ.get(name, url) != url:
                    out.print(f"Your environment sets {name} otherwise, and make lets it.", markup=False)
        elif asked.command == "down":
            stopped = services.down()
            out.print(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing ran.", markup=False)
            out.print(f"Their data stay in {_told(asked.folder)}; make uses them no more.", markup=False)
        else:
            _show(services, out)
    except StoreError as error:
        complaints.print(str(error), markup=False)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start what does not run")
    commands.add_parser("down", help="stop what runs; data stay")
    commands.add_parser("status", help="say what runs, and where")
    up.add_argument("--mlflow-port", type=int, default=mlflow_server.PORT, help="default: %(default)s")
    up.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="another name that MLflow answers to"
    )
    up.add_argument("--s3", action="store_true", help=f"S3 too ({s3_server.HONESTY})")
    up.add_argument("--s3-port", type=int, default=s3_server.PORT, help="default: %(default)s")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: %(default)s")
    return parser


def _show(services: LocalServices, out: Console) -> None:
    for state in services.states():
        out.print(f"{state.name:<11} {state.url or 'does not run':<28} {state.note}", markup=False)


def _told(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
