"""`python -m infra.stand.file_checks FILE …`: JSON files are valid, and no file is large. A hook of pre-commit."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

MAX_BYTES = 1_000_000


def main() -> int:
    """The exit status is 1 if a file is refused."""
    refusals = refused_files(map(Path, sys.argv[1:]))
    sys.stderr.write("".join(f"{refusal}\n" for refusal in refusals))
    return 1 if refusals else 0


def refused_files(paths: Iterable[Path]) -> list[str]:
    """What is wrong, a sentence for each file that is refused."""
    return [refusal for path in paths if (refusal := _refusal(path))]


def _refusal(path: Path) -> str | None:
    size = path.stat().st_size
    if size > MAX_BYTES:
        return f"{path} has {size:,} bytes; at most {MAX_BYTES:,} may be committed"
    if path.suffix == ".json":
        try:
            json.loads(path.read_text("utf-8"))
        except ValueError as error:
            return f"{path} is not valid JSON: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
