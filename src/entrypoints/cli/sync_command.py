"""Local folders and buckets kept alike: s3-sync."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import screen
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.wiring import wired

if TYPE_CHECKING:
    from delay_core.ports.folder_sync import SyncReport

PAIRS = (("data", "smart-logistics-data"), ("models", "mlflow-model-registry"))
"""Folders and buckets that belong together."""


_ROWS_SHOWN = 50
_LEFT_ALONE = 6
_DONE = {
    "upload": "uploaded",
    "download": "downloaded",
    "delete_local": "deleted here",
    "delete_remote": "deleted there",
}
_NOT_DONE = {
    "upload": "to upload",
    "download": "to download",
    "delete_local": "to delete here",
    "delete_remote": "to delete there",
    "conflict": "left alone",
    "refused": "refused",
}


@app.command("s3-sync")
def s3_sync(
    bucket: Annotated[str | None, typer.Option(help="A bucket, or s3://bucket/prefix; with --folder.")] = None,
    folder: Annotated[Path | None, typer.Option(help="The folder that mirrors it; with --bucket.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete on one side what was deleted on the other since last time.")
    ] = False,
    resurrect: Annotated[
        bool, typer.Option("--resurrect", help="Bring back what was deleted on one side since last time.")
    ] = False,
    json: Json = False,
) -> None:
    """Mirror folders and buckets, both ways.

    What differs by checksum moves; what was deleted is told, and stays. By default, data goes with the bucket
    smart-logistics-data, and models with mlflow-model-registry. The exit code is 6 when a file was left alone: it
    changed on both sides, or its name is refused.
    """
    if (bucket is None) != (folder is None):
        raise typer.BadParameter("--bucket and --folder go together; give both, or neither")
    if delete and resurrect:
        raise typer.BadParameter("--delete and --resurrect exclude each other; give one")
    pairs = [(folder, bucket)] if folder and bucket else [(Path(here), there) for here, there in PAIRS]
    with wired() as container:
        sync = container.storage.folder_sync()
        reports = [sync(here, there, dry_run=dry_run, delete=delete, restore=resurrect) for here, there in pairs]
    if json:
        emit({"pairs": [_as_json(report) for report in reports]})
    else:
        for report in reports:
            _show(report)
    if any(report.unresolved for report in reports):
        raise typer.Exit(_LEFT_ALONE)


def _as_json(report: "SyncReport") -> dict[str, object]:
    steps = [{"path": step.path, "action": step.action, "done": step.done, "why": step.reason} for step in report.steps]
    return {
        "folder": report.folder,
        "bucket": report.bucket,
        "steps": steps,
        "unchanged": report.unchanged,
        "dry_run": report.dry_run,
    }


def _show(report: "SyncReport") -> None:
    from rich.markup import escape
    from rich.table import Table

    title = f"{report.folder} and {report.bucket}"
    if report.steps:
        table = Table(title=escape(title), title_justify="left", title_style="bold")
        for head in ("file", "", "why"):
            table.add_column(head)
        for step in report.steps[:_ROWS_SHOWN]:
            table.add_row(escape(step.path), (_DONE if step.done else _NOT_DONE)[step.action], escape(step.reason))
        screen.console().print(table)
        if len(report.steps) > _ROWS_SHOWN:
            screen.line(f"… and {len(report.steps) - _ROWS_SHOWN:,} more; --json lists all")
    counts = Counter((_DONE if step.done else _NOT_DONE)[step.action] for step in report.steps)
    counted = ", ".join(f"{count:,} {action}" for action, count in sorted(counts.items()))
    is_left = any(not step.done and step.action in ("delete_local", "delete_remote") for step in report.steps)
    screen.line(f"{title}: {f'{counted}, ' if counted else ''}{report.unchanged:,} unchanged")
    if not report.dry_run and is_left:
        screen.line("Deleted on one side only: --delete deletes the other copy too, --resurrect brings it back")
