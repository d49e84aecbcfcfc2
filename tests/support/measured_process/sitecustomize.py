"""Python imports this module when it starts, if its folder is in PYTHONPATH: the process measures its coverage.

The results are a file beside those of pytest's workers, which SlipCover merges.
"""

import atexit
import json
import os
from pathlib import Path

import slipcover

_ROOT = Path(__file__).parents[3]


def _measure(source: str, results: Path) -> None:
    branch = os.environ.get("SLIPCOVER_BRANCH") == "1"
    exclude_lines = os.environ.get("SLIPCOVER_EXCLUDE_LINES", "").split("\n")
    coverage = slipcover.Slipcover(branch=branch, exclude_lines=exclude_lines)
    slipcover.ImportManager(coverage, slipcover.FileMatcher(sources=[source])).__enter__()

    def write_results() -> None:
        os.chdir(_ROOT)  # paths in the results are relative to the working directory
        results.write_text(json.dumps(coverage.get_coverage()))

    atexit.register(write_results)


_measure(
    str(_ROOT / os.environ["SLIPCOVER_SOURCE"]),
    Path(os.environ["SLIPCOVER_COVERAGE_DIR"], f"coverage-gw-{os.getpid()}.json"),
)
