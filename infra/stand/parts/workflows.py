"""The workflows by actionlint, by their schema, and by zizmor with its strictest persona."""

import re
from pathlib import Path

from infra.stand.commands import ROOT, run_command, tool, tracked_files
from infra.stand.part import PartFailed

_IGNORED = re.compile(r"# zizmor: ignore\[[\w-]+\](?P<reason>.*)")
_MIN_REASON_WORDS = 4


def run(_folder: Path) -> str:
    """A finding is answered beside it, `# zizmor: ignore[audit]` with a reason."""
    workflows = tracked_files(".github/workflows/*.yml")
    run_command(tool("actionlint"), "-shellcheck", tool("shellcheck"), "-pyflakes=", *workflows)
    run_command(tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *workflows)
    run_command(tool("check-jsonschema"), "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
    run_command(tool("zizmor"), "--offline", "--no-progress", "--persona=pedantic", "--strict-collection", ".github")
    answers = [answer for name in workflows for answer in _IGNORED.finditer((ROOT / name).read_text("utf-8"))]
    for answer in answers:
        if len(answer["reason"].split()) < _MIN_REASON_WORDS:
            raise PartFailed(f"`{answer[0]}` has no reason; write behind it why the finding does not apply")
    return f"{len(workflows)} workflows, {len(answers)} findings answered"
