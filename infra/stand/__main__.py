"""`python -m infra.stand [PART …]`: run the parts of the stand, all by default; the exit status is 1 if one fails."""

import argparse
import sys
from dataclasses import replace

from infra.stand.part import Part
from infra.stand.parts import PARTS
from infra.stand.run import run_parts


def main() -> int:
    """The exit status is 1 if a part fails, or if the run exceeds its time budget."""
    names = [part.name for part in PARTS]
    parser = argparse.ArgumentParser(prog="python -m infra.stand", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"one of {', '.join(names)}")
    parser.add_argument("--without", nargs="+", default=[], metavar="PART", help="leave out a part, and say so")
    arguments = parser.parse_args()
    if unknown := sorted({*arguments.part, *arguments.without} - set(names)):
        parser.error(f"no part is called {', '.join(unknown)}; the parts are {', '.join(names)}")
    parts = [part for part in PARTS if part.name in (arguments.part or names)]
    return run_parts([_left_out(part) if part.name in arguments.without else part for part in parts])


def _left_out(part: Part) -> Part:
    return replace(part, needs=(lambda: "left out by --without",))


if __name__ == "__main__":
    sys.exit(main())
