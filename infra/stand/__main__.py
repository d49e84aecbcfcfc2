"""`python -m infra.stand [PART …]`: run the parts of the stand, all by default; the exit status is 1 if one fails."""

import argparse
import sys

from infra.stand.parts import PARTS
from infra.stand.run import run_parts


def main() -> int:
    """The exit status is 1 if a part fails, or if the run exceeds its time budget."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m infra.stand", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(names)}")
    chosen = parser.parse_args().part
    if unknown := sorted(set(chosen) - set(names)):
        parser.error(f"no part is called {', '.join(unknown)}; the parts are {', '.join(names)}")
    return run_parts([part for part in PARTS if part.name in (chosen or names)])


if __name__ == "__main__":
    sys.exit(main())
