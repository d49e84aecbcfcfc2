"""The hooks of pre-commit on the whole tree."""

import shutil
from pathlib import Path

from infra.stand.commands import run_command, tool

_TERRAFORM_HOOKS = "terraform-fmt,terraform-validate"


def run(folder: Path) -> str:
    """A hook that finds something, or changes a file, fails the part. Without Terraform its hook is left out."""
    skipped = "" if shutil.which("terraform") else _TERRAFORM_HOOKS
    variables = {"PRE_COMMIT_HOME": str(folder / "cache"), "SKIP": skipped}
    report = run_command(tool("pre-commit"), "run", "--all-files", "--color=never", variables=variables)
    lines = [line for line in report.splitlines() if line.endswith(("Passed", "Skipped"))]
    passed = sum(line.endswith("Passed") for line in lines)
    return f"{passed} hooks passed, {len(lines) - passed} skipped{' (no terraform on PATH)' if skipped else ''}"
