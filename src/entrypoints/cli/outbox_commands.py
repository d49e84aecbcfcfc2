"""Commands for the outbox of this machine: what it holds, and what the database refuses."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container

if TYPE_CHECKING:
    from delay_core.ports.dead_letters import DeadLetter

outbox = typer.Typer(
    help="Show the rows that wait for the serving database on this machine, and handle those that it refuses.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(outbox, name="outbox")

_STILL_REFUSED = 6
Numbers = Annotated[
    list[int] | None, typer.Argument(help="Numbers of dead letters, as `delay outbox list` shows them.")
]


@outbox.command(name="list")
def state(json: Json = False) -> None:
    """Show how many rows wait for the database, and each dead letter with the database's reason.

    Reads the outbox in the data folder of this machine (DELAY_DATA, DELAY_LOCAL_DIR).
    """
    with open_container() as container:
        outbox_state = container.logs.outbox().state()
        letters = container.logs.dead_letters().read()
    if json:
        emit(
            {
                "pending": outbox_state.pending,
                "oldest": None if outbox_state.oldest is None else outbox_state.oldest.isoformat(),
                "bytes": outbox_state.size,
                "superseded": outbox_state.superseded,
                "dead_letters": [_as_json(letter) for letter in letters],
            }
        )
        return
    since = "" if outbox_state.oldest is None else f", since {outbox_state.oldest:%Y-%m-%d %H:%M} UTC"
    console.print_line(f"{outbox_state.pending:,} rows wait for the database{since}; {len(letters):,} dead letters")
    _print_letters(letters)


@outbox.command()
def retry(numbers: Numbers = None, json: Json = False) -> None:
    """Deliver dead letters to the database again; without numbers, all of them.

    Exit code 6 if the database still refuses one.
    """
    with open_container() as container:
        dead_letters = container.logs.dead_letters()
        delivered = dead_letters.retry(numbers or None)
        refused = [letter for letter in dead_letters.read() if not numbers or letter.number in numbers]
    if json:
        emit({"delivered": [_as_json(letter) for letter in delivered], "refused": [_as_json(one) for one in refused]})
    else:
        console.print_line(f"Delivered {len(delivered):,} dead letters; {len(refused):,} are still refused")
        _print_letters(refused)
    if refused:
        raise typer.Exit(_STILL_REFUSED)


@outbox.command()
def discard(
    numbers: Numbers = None,
    every: Annotated[bool, typer.Option("--all", help="Discard all dead letters.")] = False,
    json: Json = False,
) -> None:
    """Delete dead letters for good, and record it in the audit log.

    Needs numbers, or --all. The predictions, outcomes or audit entries in them were acknowledged, and are lost then.
    """
    from getpass import getuser

    if bool(numbers) == every:
        raise typer.BadParameter("name the numbers of dead letters, or --all, and not both")
    with open_container() as container:
        use_case = container.use_cases.discard_dead_letters()
        letters = use_case(numbers or None, f"delay outbox discard by {getuser()}", datetime.now(UTC))
    if json:
        emit({"discarded": [_as_json(letter) for letter in letters]})
    else:
        console.print_line(f"Discarded {len(letters):,} dead letters")


def _print_letters(letters: "Sequence[DeadLetter]") -> None:
    for letter in letters:
        shipments = f" of {', '.join(letter.shipment_ids[:3])}" if letter.shipment_ids else ""
        more = " and others" if len(letter.shipment_ids) > 3 else ""
        console.print_line(
            f"{letter.number}: {letter.log}, {letter.rows} rows{shipments}{more}, "
            f"{letter.at:%Y-%m-%d %H:%M:%S} UTC: {letter.reason}"
        )


def _as_json(letter: "DeadLetter") -> dict[str, object]:
    return {**asdict(letter), "at": letter.at.isoformat()}
