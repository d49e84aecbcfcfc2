"""`python -m infra.compose up|down|prepare`: services in Docker, or where there is no engine as local processes."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from delay_core.errors import StoreError
from infra.compose.engine import Compose, engine_problem
from infra.compose.preparation import ComposeFolder
from infra.local.service_urls import ServiceUrls
from infra.local.services import LocalServices

FOLDER = Path(".services")
_OWNER = "docker"
GROUPS: Mapping[str, Sequence[str]] = {
    "ml-services": ("postgres", "tables", "mlflow"),
    "airflow": ("airflow", "airflow-scheduler", "airflow-dag-processor", "airflow-triggerer"),
    "grafana": ("grafana", "prometheus", "alertmanager"),
    "all": (),
}
"""Name of a group: services of `infra/compose.yaml`; those that they need start too."""
LOCAL_GROUPS: Mapping[str, Sequence[str]] = {"ml-services": (), "airflow": ("--airflow",)}
"""Group that also runs without Docker: options of `python -m infra.local`."""
_START_ENGINE = "Start an engine, then repeat the command."
_STOP_PROCESSES = "Stop those by `make ml-services-down`, then repeat the command."
_LOCAL_COMMANDS = (
    "Without Docker, `make ml-services-up`, `airflow-up`, `infra-up`, `serve` and `ui` start what else there is."
)


def main() -> int:
    """Run the command; the exit status is 1 if it fails."""
    arguments = _parser().parse_args()
    out, errors = (Console(stderr=stderr, highlight=False, soft_wrap=True, markup=False) for stderr in (False, True))
    compose_folder = ComposeFolder(FOLDER.absolute(), Path(os.environ.get("DELAY_DATA", "delay-data")).absolute())
    try:
        if arguments.command == "prepare":
            for name, value in compose_folder.prepare().items():
                out.print(f"{name}={value}")
        elif arguments.command == "up":
            return _up(arguments.group, compose_folder, out, required=not arguments.optional)
        elif arguments.command == "test":
            return _test(out)
        else:
            return _down(arguments.group, compose_folder, out)
    except StoreError as error:
        errors.print(str(error))
        return 1
    return 0


def _up(groups: Sequence[str], folder: ComposeFolder, out: Console, *, required: bool) -> int:
    problem, remedy = engine_problem(), _START_ENGINE
    if problem is None and any(service.url for service in LocalServices(FOLDER).status()):
        problem, remedy = "services run as processes of this machine already", _STOP_PROCESSES
    if problem is None:
        out.print("In Docker: " + ", ".join(groups))
        Compose(folder.prepare()).up([service for group in groups for service in GROUPS[group]])
        urls = ServiceUrls(FOLDER)
        urls.write(_OWNER, folder.host_urls())
        out.print(f"Every make target now reads their URLs from {urls.make_file}.")
        return 0
    sentence = f"{problem[0].upper()}{problem[1:]}"
    if not_local := [group for group in groups if group not in LOCAL_GROUPS]:
        services = ", ".join(service for group in not_local for service in GROUPS[group] or ("all services together",))
        out.print(f"{sentence}, and {services} run in Docker only: nothing was started. {remedy}")
        if "all" in not_local:
            out.print(_LOCAL_COMMANDS)
        return int(required)
    out.print(f"{sentence}: the services run as processes of this machine.")
    return _run_local("up", *(option for group in groups for option in LOCAL_GROUPS[group]))


def _down(groups: Sequence[str], folder: ComposeFolder, out: Console) -> int:
    if folder.services.is_dir() and engine_problem() is None:
        compose = Compose(folder.prepare())
        if groups:
            compose.stop([service for group in groups for service in GROUPS[group]])
            return 0
        compose.down()
        ServiceUrls(FOLDER).remove(_OWNER)
        out.print(f"Data of the services in Docker stay in {folder.services}.")
    return _run_local("down", *(option for group in groups for option in LOCAL_GROUPS.get(group, ())))


def _test(out: Console) -> int:
    from infra.compose.trial import start_everything  # noqa: PLC0415 - the other commands do without
    from infra.images.podman import ImageError  # noqa: PLC0415 - as above
    from infra.stand.commands import tool  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="delay-compose-") as folder:
        try:
            start_everything(Path(folder), tool("docker-compose"), out.print)
        except ImageError as error:
            raise StoreError(str(error)) from error
    return 0


def _run_local(*arguments: str) -> int:
    os.execv(sys.executable, [sys.executable, "-m", "infra.local", *arguments])  # noqa: S606 - our own module


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.compose", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="start groups of services, and wait until they are healthy")
    up.add_argument("group", nargs="+", choices=sorted(GROUPS), metavar="GROUP", help=f"of {', '.join(sorted(GROUPS))}")
    up.add_argument("--optional", action="store_true", help="succeed where Docker is missing")
    down = commands.add_parser("down", help="stop all services, or the groups; data stay")
    down.add_argument("group", nargs="*", choices=[[], *LOCAL_GROUPS], metavar="GROUP", help="such as airflow")
    commands.add_parser("test", help="start everything on an engine of its own, with stand-ins for other images")
    commands.add_parser("prepare", help="create the secrets, and print the variables of infra/compose.yaml")
    return parser


if __name__ == "__main__":
    sys.exit(main())
