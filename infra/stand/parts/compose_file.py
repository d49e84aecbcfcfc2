"""`infra/compose.yaml`: valid by the schema of Compose, and resolved by `docker compose`, which needs no engine."""

from pathlib import Path

from infra.compose.preparation import ComposeFolder
from infra.stand.commands import run_command, tool

FILE = "infra/compose.yaml"


def run(folder: Path) -> str:
    """A misspelt key fails the schema; a variable, secret or dependency that does not exist fails the resolution."""
    run_command(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", FILE)
    variables = ComposeFolder(folder / "services", folder / "data").prepare()
    services = run_command(tool("docker-compose"), "--file", FILE, "config", "--services", variables=variables).split()
    return f"{len(services)} services"
