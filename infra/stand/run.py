"""Runs parts one after another: a line for each with its seconds, and at the end what could not run and why.

A line has the seconds that passed, and those of the processor, which other programs on the machine change little.
"""

import os
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from infra.stand.commands import processor_seconds
from infra.stand.part import Part, PartFailed

BUDGET_SECONDS = 720
"""Of all parts together on two quiet cores; `CI=true` doubles it, as it does the budgets of the tests."""


def run_parts(parts: Sequence[Part], budget_seconds: float = BUDGET_SECONDS) -> int:
    """Print the results; the exit status is 1 if a part fails or all of them exceed the budget."""
    skipped: dict[str, str] = {}
    failed: list[str] = []
    out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    start, processor_start = time.monotonic(), processor_seconds()
    for part in parts:
        if lacking := [reason for need in part.needs if (reason := need())]:
            skipped[part.name] = "; ".join(lacking)
            continue
        part_start, part_processor_start = time.monotonic(), processor_seconds()
        passed, text = _run_part(part)
        seconds = _columns(part.name, time.monotonic() - part_start, processor_seconds() - part_processor_start)
        first, *rest = text.splitlines() or [""]
        out.print(f"{seconds}  {'ok' if passed else 'FAILED'}  {first}".rstrip())
        for line in rest:
            out.print(f"    {line}")
        if not passed:
            failed.append(part.name)
    total, limit = time.monotonic() - start, budget_seconds * (2 if os.environ.get("CI") == "true" else 1)
    out.print(f"{_columns('all parts', total, processor_seconds() - processor_start)}  of at most {limit:.0f} s")
    for name, reason in skipped.items():
        out.print(f"Not run: {name}: {reason}.")
    if failed:
        out.print(f"Failed: {', '.join(failed)}.")
    if total > limit:
        out.print(f"The run took {total:.0f} s; its budget is {limit:.0f} s.")
    return 1 if failed or total > limit else 0


def _columns(name: str, seconds: float, processor: float) -> str:
    return f"{name:<16} {seconds:6.1f} s {processor:6.1f} s processor"


def _run_part(part: Part) -> tuple[bool, str]:
    """Whether it passed, and its note or what failed."""
    with tempfile.TemporaryDirectory(prefix="stand-", ignore_cleanup_errors=True) as folder:
        try:
            return True, part.run(Path(folder))
        except PartFailed as error:
            return False, str(error)
        except Exception:  # noqa: BLE001 - a mistake in one part does not hide the results of the others
            return False, traceback.format_exc()
