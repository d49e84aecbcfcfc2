"""Terraform's own checks: style, validity of the stacks, and the tests of the module."""

import re
from pathlib import Path

from delay_core.errors import StoreError
from infra.stand.part import PartFailed
from infra.terraform.command import FOLDER, Terraform

MIN_ASSERTIONS = 20
PLATFORMS = 4
"""Archives that the lock file pins at least: linux and macOS, amd64 and arm64."""


def run(folder: Path) -> str:
    """The tests plan the module without a server."""
    module = FOLDER / "modules" / "storage"
    assertions = _count_assertions(module / "tests")
    if assertions < MIN_ASSERTIONS:
        raise PartFailed(f"{module / 'tests'} has {assertions} assertions; it should have at least {MIN_ASSERTIONS}")
    archives = (module / ".terraform.lock.hcl").read_text("utf-8").count('"zh:')
    if archives < PLATFORMS:
        raise PartFailed(f"{module}/.terraform.lock.hcl pins {archives} archives; it should pin each platform's")
    try:
        Terraform(FOLDER, folder / "fmt").run("fmt", "-check", "-recursive", "-diff")
        for stack in sorted((FOLDER / "stacks").iterdir()):
            terraform = Terraform(stack, folder / stack.name)
            terraform.init("-backend=false")
            terraform.run("validate")
        terraform = Terraform(module, folder / module.name)
        terraform.init("-backend=false")
        terraform.run("test")
    except StoreError as error:
        raise PartFailed(str(error)) from error
    return f"{assertions} assertions"


def _count_assertions(tests: Path) -> int:
    text = "".join(path.read_text("utf-8") for path in tests.glob("*.tftest.hcl"))
    expected = re.findall(r"expect_failures = \[(.*?)\]\n", text, re.DOTALL)
    refused = [name for names in expected for name in re.split(r",\s*", names.strip(" \n,"))]
    return len(re.findall(r"^  assert \{", text, re.MULTILINE)) + len(refused)
