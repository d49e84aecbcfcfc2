"""Every `make` target that a workflow, a hook, the compose file, a script or a page names is one of the Makefile."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", ".github/**/*.yml", ".pre-commit-config.yaml", ".ci/run", "infra/**/*.y*ml",
                    "infra/**/*.tf", "infra/**/*.in", "infra/**/*ockerfile", "k8s/**/*.yaml", "dvc.yaml",
                    "src/**/*.py", "infra/**/*.py")
    for path in ROOT.glob(pattern)
)  # fmt: skip
COMMAND = re.compile(r"(?:`|^\s*|run: |entry: |exec )make((?: --?[a-z]+)*)((?: [a-z0-9-]+(?![\w=./]))+)", re.MULTILINE)
PROSE = {"CHANGELOG.md"}
"""Names targets of the past."""


def named_targets(text):
    """The targets in code: after a backquote, or where a command begins."""
    return {target for match in COMMAND.finditer(text) for target in match[2].split()}


def test_named_targets__are_in_the_makefile():
    named = {name: named_targets((ROOT / name).read_text("utf-8")) for name in FILES if name not in PROSE}
    unknown = [f"{name}: {target}" for name, targets in named.items() for target in sorted(targets - TARGETS)]
    assert not unknown, "the Makefile lacks these targets:\n" + "\n".join(unknown)
    assert len(set().union(*named.values())) > 40


def test_workflows__call_the_makefile_alone():
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        commands = re.findall(r"^ +run: (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert commands
        assert all(command.startswith("make ") for command in commands), path.name


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("run `make setup`", {"setup"}),
        ("        run: make --silent image-tag >> $OUT", {"image-tag"}),
        ("make test TEST_PROCESSES=4", {"test"}),
        ("exec make test-airflow", {"test-airflow"}),
        ("`make test-stand PARTS=yaml`", {"test-stand"}),
        ("it needs `make` and Python; they make it so", set()),
        ("`make -n wheel`", {"wheel"}),
    ],
)
def test_named_targets__are_those_of_commands(text, targets):
    assert named_targets(text) == targets
