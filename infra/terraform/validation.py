"""`python -m infra.terraform.validation`: the stacks are valid, without a server. A hook of pre-commit."""

import sys
import tempfile
from pathlib import Path

from delay_core.errors import StoreError
from infra.terraform.command import FOLDER, Terraform


def main() -> int:
    """The exit status is 1 if a stack is invalid."""
    with tempfile.TemporaryDirectory(prefix="terraform-") as folder:
        try:
            validate_stacks(Path(folder))
        except StoreError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


def validate_stacks(folder: Path) -> None:
    """Terraform's files of each stack go into `folder`. Raises StoreError with what Terraform says."""
    for stack in sorted((FOLDER / "stacks").iterdir()):
        terraform = Terraform(stack, folder / stack.name)
        terraform.init("-backend=false")
        terraform.run("validate")


if __name__ == "__main__":
    sys.exit(main())
