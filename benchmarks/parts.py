"""Benchmarks of several parts, of which the command line can select some."""

import argparse
from collections.abc import Callable, Sequence


def add_parts(parser: argparse.ArgumentParser, parts: Sequence[str]) -> None:
    """Add an argument for parts; `parse_parts` reads it."""
    parser.add_argument(
        "parts", nargs="*", type=_part_type(parts), help=f"what to measure, of {', '.join(parts)}; default: all"
    )


def parse_parts(
    parser: argparse.ArgumentParser, parts: Sequence[str], arguments: Sequence[str] | None
) -> argparse.Namespace:
    """The parsed command line; `parts` has the selected parts, or all of them if none is selected."""
    options = parser.parse_args(arguments)
    options.parts = options.parts or parts
    return options


def _part_type(parts: Sequence[str]) -> Callable[[str], str]:
    # argparse compares an empty list as a whole with its choices, so `choices` cannot be used
    def part(name: str) -> str:
        if name not in parts:
            raise argparse.ArgumentTypeError(f"{name!r} is not a part; parts are {', '.join(parts)}")
        return name

    return part
