"""`python -m infra.local up|down|status`: the services of the product on this machine, without Docker."""

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from delay_core.errors import StoreError
from infra.local import airflow_server, mlflow_server, s3_server
from infra.local.services import LocalServices

FOLDER = Path(".services")


def main() -> int:
    """Run the command; the exit status is 1 if it fails."""
    arguments = _parser().parse_args()
    services = LocalServices(arguments.folder)
    out, errors = (Console(stderr=stderr, highlight=False, soft_wrap=True) for stderr in (False, True))
    try:
        if arguments.command == "up":
            known_login = services.airflow_login
            urls = services.up(
                arguments.mlflow_port,
                arguments.s3_port if arguments.s3 else None,
                arguments.allow_host,
                arguments.airflow_port if arguments.airflow else None,
            )
            _show(services, out)
            out.print(f"Every make target now reads their URLs from {_relative(services.make_file)}.", markup=False)
            out.print(f"Other commands: set -a; . {_relative(services.shell_file)}; set +a", markup=False)
            if known_login is None and (login := services.airflow_login):
                out.print(f"Sign in to Airflow as {login[0]} with the password {login[1]}", markup=False)
            for name, url in urls.items():
                if os.environ.get(name, url) != url:
                    out.print(f"Your environment sets another {name}, which takes precedence in make.", markup=False)
        elif arguments.command == "down" and arguments.airflow:
            out.print("Stopped: Airflow." if services.stop_airflow() else "Airflow was not running.", markup=False)
        elif arguments.command == "down":
            stopped = services.down()
            out.print(f"Stopped: {', '.join(stopped)}." if stopped else "No service was running.", markup=False)
            out.print(f"Their data stay in {_relative(arguments.folder)}; make no longer uses them.", markup=False)
        else:
            _show(services, out)
    except StoreError as error:
        errors.print(str(error), markup=False)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start the services that do not run")
    down = commands.add_parser("down", help="stop the running services; data stay")
    down.add_argument("--airflow", action="store_true", help="Airflow alone")
    commands.add_parser("status", help="show the services and their URLs")
    up.add_argument("--mlflow-port", type=int, default=mlflow_server.PORT, help="default: %(default)s")
    up.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="another host name that MLflow accepts"
    )
    up.add_argument("--s3", action="store_true", help=f"also S3 ({s3_server.LIMITATIONS})")
    up.add_argument("--s3-port", type=int, default=s3_server.PORT, help="default: %(default)s")
    up.add_argument("--airflow", action="store_true", help="also Airflow")
    up.add_argument("--airflow-port", type=int, default=airflow_server.PORT, help="default: %(default)s, or a free one")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: %(default)s")
    return parser


def _show(services: LocalServices, out: Console) -> None:
    for service in services.status():
        out.print(f"{service.name:<11} {service.url or 'does not run':<28} {service.note}", markup=False)


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
