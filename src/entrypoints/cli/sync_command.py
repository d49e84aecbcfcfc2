"""Two-way synchronisation of local folders and buckets: s3-sync."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from entrypoints.cli import console
from entrypoints.cli.app import Json, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.context import open_container

if TYPE_CHECKING:
    from delay_core.ports.folder_sync import SyncReport

DEFAULT_PAIRS = (("data", "smart-logistics-data"), ("models", "mlflow-model-registry"))
"""Folders, each with its bucket."""
MAX_ROWS = 50
EXIT_UNRESOLVED = 6
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
    bucket: Annotated[str | None, typer.Option(help="A bucket, or s3://bucket/prefix; requires --folder.")] = None,
    folder: Annotated[Path | None, typer.Option(help="The folder that mirrors it; requires --bucket.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be done, and change nothing.")] = False,
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete a file that was deleted on the other side since the last run.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", "--resurrect", help="Copy back what one side deleted since the last run.")
    ] = False,
    json: Json = False,
) -> None:
    """Mirror folders and buckets, in both directions.

    Copies files whose checksums differ; reports deletions without repeating them. By default, data is mirrored with the
    bucket smart-logistics-data, and models with mlflow-model-registry. The exit code is 6 if a file was left alone: it
    changed on both sides, or its name is refused.
    """
    if (bucket is None) != (folder is None):
        raise typer.BadParameter("--bucket and --folder go together; give both, or neither")
    if delete and restore:
        raise typer.BadParameter("--delete and --restore exclude each other; give one")
    pairs = [(folder, bucket)] if folder and bucket else [(Path(local), remote) for local, remote in DEFAULT_PAIRS]
    with open_container() as container:
        sync = container.storage.folder_sync()
        reports = [sync(local, remote, dry_run=dry_run, delete=delete, restore=restore) for local, remote in pairs]
    if json:
        emit({"pairs": [_as_json(report) for report in reports]})
    else:
        for report in reports:
            _show(report)
    if any(report.unresolved for report in reports):
        raise typer.Exit(EXIT_UNRESOLVED)


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
        for step in report.steps[:MAX_ROWS]:
            status = (_DONE if step.done else _NOT_DONE)[step.action]
            table.add_row(escape(step.path), status, escape(step.reason))
        console.console().print(table)
        if len(report.steps) > MAX_ROWS:
            console.print_line(f"… and {len(report.steps) - MAX_ROWS:,} more; --json lists all")
    counts = Counter((_DONE if step.done else _NOT_DONE)[step.action] for step in report.steps)
    counted = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    console.print_line(f"{title}: {f'{counted}, ' if counted else ''}{report.unchanged:,} unchanged")
    if not report.dry_run and any(not step.done and step.action.startswith("delete") for step in report.steps):
        console.print_line("Deleted on one side only: --delete deletes the other copy, too; --restore copies it back")
