"""shellcheck on every shell script, found by its first line or its name."""

from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool, tracked_files


def run(_folder: Path) -> str:
    """Every finding fails the part; a script that answers one does so beside it, with a reason."""
    scripts = shell_scripts()
    run_command(tool("shellcheck"), "--enable=all", "--severity=style", *scripts)
    return f"{len(scripts)} scripts"


def shell_scripts() -> list[str]:
    """The tracked files that a shell runs."""
    return [path for path in tracked_files() if path.endswith(".sh") or _has_shell_line(ROOT / path)]


def _has_shell_line(path: Path) -> bool:
    if not path.is_file() or path.suffix:
        return False
    with path.open("rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.split()[-1].rsplit(b"/", 1)[-1] in {b"sh", b"bash"}
