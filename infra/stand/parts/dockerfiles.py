"""hadolint on every Dockerfile."""

from pathlib import Path

from infra.stand.commands import run_command, tool, tracked_files


def run(_folder: Path) -> str:
    """A finding is answered beside it, `# hadolint ignore=RULE` under a line that says why."""
    files = tracked_files("**/Dockerfile", "**/*.Dockerfile")
    if files:
        run_command(tool("hadolint"), "--no-color", "--failure-threshold=style", *files)
    return f"{len(files)} Dockerfiles"
