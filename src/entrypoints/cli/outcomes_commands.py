"""Outcomes from tables: outcomes import."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container, resolve_schema

if TYPE_CHECKING:
    from delay_core.use_cases.import_outcomes import OutcomeImportReport

outcomes = typer.Typer(
    help="Record whether shipments were late, from a table.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(outcomes, name="outcomes")

MAX_PROBLEMS = 5


@outcomes.command(name="import")
def import_(
    table: Annotated[str, typer.Argument(help="The table: a CSV, XLSX or Parquet file, or a URL as for --source.")],
    schema: Schema = "smart_logistics",
    json: Json = False,
) -> None:
    """Record the outcomes of a table.

    A row names its shipment by shipment_id or by the key columns of the schema, and its outcome by late (1 or 0, yes or
    no), or by the columns of the schema's label, such as the date of delivery. known_at says since when it is known.
    Every row is recorded, known already, open (no outcome yet), excluded by the schema, or quarantined with its reason.
    The same table again changes nothing.
    """
    with open_container() as container:
        report = container.use_cases.import_outcomes()(resolve_schema(schema), table, datetime.now(UTC))
    emit(_as_json(report)) if json else _show(report)


def _as_json(report: "OutcomeImportReport") -> dict[str, object]:
    return {
        "source": report.source,
        "read": report.read,
        "recorded": report.recorded,
        "already_known": report.already_known,
        "open": report.open,
        "excluded": report.excluded,
        "quarantined": report.quarantined,
        "quarantined_because": dict(report.problems.most_common()),
        "violations": [
            {"row": one.row, "field": one.field, "code": one.code.value, "message": one.message()}
            for one in report.violations
        ],
    }


def _show(report: "OutcomeImportReport") -> None:
    console.print_line(
        f"{report.read:,} rows read = {report.recorded:,} recorded + {report.already_known:,} known already "
        f"+ {report.open:,} without an outcome + {report.excluded:,} excluded + {report.quarantined:,} quarantined"
    )
    for problem, count in report.problems.most_common(MAX_PROBLEMS):
        first = next((one for one in report.violations if str(one.rule) == problem), None)
        example = "" if first is None else f"; row {first.row}: {first.message()}"
        console.print_line(f"      quarantined: {problem}, {count:,} rows{example}")
    if len(report.problems) > MAX_PROBLEMS:
        console.print_line(f"      … and {len(report.problems) - MAX_PROBLEMS} more reasons; --json lists them")
