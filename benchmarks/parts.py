"""Benchmarks of several parts, of which some may be asked for."""

import argparse
from collections.abc import Callable, Sequence


def add_parts(parser: argparse.ArgumentParser, parts: Sequence[str]) -> None:
    """Let the command line name parts; `asked` then has those, or all of them, in `parts`."""
    parser.add_argument(
        "parts", nargs="*", type=_one_of(parts), help=f"what to measure, of {', '.join(parts)}; else all"
    )


def asked(parser: argparse.ArgumentParser, parts: Sequence[str], given: Sequence[str] | None) -> argparse.Namespace:
    """What the command line asks for."""
    found = parser.parse_args(given)
    found.parts = found.parts or parts
    return found


def _one_of(parts: Sequence[str]) -> Callable[[str], str]:
    # argparse holds the whole of an empty list against its choices, so they are not told to it
    def part(name: str) -> str:
        if name not in parts:
            raise argparse.ArgumentTypeError(f"{name!r} is no part; there are {', '.join(parts)}")
        return name

    return part
