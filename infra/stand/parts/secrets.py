"""gitleaks on every commit of the history, after it has shown that it reports a key that was committed and removed."""

from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool
from infra.stand.part import PartFailed


def run(folder: Path) -> str:
    """False positives are answered in `.gitleaksignore`, each with a reason."""
    if run_command("git", "rev-parse", "--is-shallow-repository").strip() != "false":
        raise PartFailed("the clone is shallow; the scan needs the whole history (git fetch --unshallow)")
    removed_key_is_reported(folder)
    scan_history(ROOT)
    return f"{run_command('git', 'rev-list', '--count', 'HEAD').strip()} commits"


def scan_history(repository: Path, expect_failure: bool = False) -> str:
    """Raises PartFailed with the findings, their secrets left out."""
    options = ("--no-banner", "--no-color", "--redact", "--verbose", "--log-level=warn")
    return run_command(tool("gitleaks"), "git", *options, ".", cwd=repository, expect_failure=expect_failure)


def removed_key_is_reported(folder: Path) -> None:
    """A repository whose first commit has a key, and whose second removes it, is refused."""
    author = ("-c", "user.name=stand", "-c", "user.email=stand@localhost")
    key = "2MAZPFHHH5NMPLYQAIKA"[::-1]  # this file is scanned, too
    settings = folder / "settings.py"
    run_command("git", "init", "--quiet", cwd=folder)
    for text in (f'aws_access_key_id = "{key}"\n', ""):
        settings.write_text(text, "utf-8")
        run_command("git", "add", "settings.py", cwd=folder)
        run_command("git", *author, "commit", "--quiet", "--message", "Change the settings", cwd=folder)
    report = scan_history(folder, expect_failure=True)
    if "settings.py" not in report or key in report:
        raise PartFailed(f"gitleaks should name settings.py and not print the key:\n{report}")
