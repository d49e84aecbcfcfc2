"""checkov on Terraform, Dockerfiles and workflows; `.checkov.yaml` holds the answered findings with their reasons."""

import json
from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool
from infra.stand.part import PartFailed

_FOLDERS = ("infra/terraform", "infra/images", ".github")


def run(_folder: Path) -> str:
    """Every check that fails and is not answered fails the part."""
    folders = [part for name in _FOLDERS if (ROOT / name).is_dir() for part in ("--directory", name)]
    report = run_command(
        *(
            tool("python", ".venv-checkov"),
            tool("checkov", ".venv-checkov"),
            "--config-file",
            ".checkov.yaml",
            *folders,
        ),
        *("--framework", "terraform", "dockerfile", "github_actions", "--output", "json", "--quiet", "--compact"),
        *("--skip-download", "--soft-fail"),
    )
    start = min(index for index in (report.find("["), report.find("{")) if index >= 0)
    results, _ = json.JSONDecoder().raw_decode(report[start:])  # warnings may follow
    frameworks = results if isinstance(results, list) else [results]
    failed = [check for each in frameworks for check in each.get("results", {}).get("failed_checks", [])]
    if failed:
        lines = ["{check_id} {file_path} {resource}: {check_name}".format_map(check) for check in failed]
        raise PartFailed("\n".join(["checkov refuses:", *lines]))
    return f"{sum(each.get('summary', {}).get('passed', 0) for each in frameworks)} checks passed"
