"""Monitoring of served predictions: monitor run, monitor status."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from entrypoints.cli.app import DEFAULT_SOURCE, Json, Schema, app
from entrypoints.cli.as_json import emit
from entrypoints.cli.console import print_line
from entrypoints.cli.context import open_container, resolve_model_name

if TYPE_CHECKING:
    from delay_core.monitoring.window_result import WindowResult
    from delay_core.serving import ServingModel

monitor = typer.Typer(
    help="Compare what was served with the training and with outcomes, window by window.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(monitor, name="monitor")

EXIT_ACTION_NEEDED = 7
SIMULATED_SCHEMA = "smart_logistics"
SIMULATED_ROWS_A_DAY = 400
REPLAY_SEED = 11
"""Not the seed of the training's default table."""
_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]
Since = Annotated[datetime | None, typer.Option(formats=_FORMATS, help="Compute windows from this time on (UTC).")]
Until = Annotated[datetime | None, typer.Option(formats=_FORMATS, help="Compute windows that end by then (UTC).")]


@monitor.command()
def run(schema: Schema = "smart_logistics", since: Since = None, until: Until = None, json: Json = False) -> None:
    """Compute the windows that have ended since the last run, and notify people of changed decisions.

    A window that was computed before is computed again only with --since; the same predictions and outcomes give the
    same rows.
    """
    from delay_core.monitoring.result_json import result_json
    from entrypoints.cli.views.monitoring import show_run

    name, now = resolve_model_name(schema), datetime.now(UTC)
    with open_container() as container:
        result = container.monitoring.monitor()(name, now, _utc(since), _utc(until))
        notices = container.monitoring.send_notices(now=lambda: now)(name)
    if json:
        skipped = {str(version): reason for version, reason in result.skipped.items()}
        windows = [result_json(one) for one in result.results]
        emit({"model": name, "windows": windows, "skipped": skipped, "notices": notices})
    else:
        show_run(name, result, notices)


@monitor.command()
def status(
    schema: Schema = "smart_logistics",
    windows: Annotated[int, typer.Option(min=1, max=1000, help="Show this many windows, the newest first.")] = 7,
    check: Annotated[
        bool, typer.Option("--check", help="Exit code 7 if a version should be trained again or rolled back.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the newest windows, and what is recommended.

    The recommendation is none, watch, retrain or roll back, with its reasons.
    """
    from delay_core.monitoring.result_json import result_json
    from delay_core.ports.monitoring_store import ResultFilter
    from entrypoints.cli.views.monitoring import show_status

    name = resolve_model_name(schema)
    with open_container() as container:
        results = container.monitoring.store().newest(name, ResultFilter(), windows)
    if json:
        emit({"model": name, "windows": [result_json(one) for one in results]})
    else:
        show_status(name, results)
    if check and results and _needs_action(results[0]):
        raise typer.Exit(EXIT_ACTION_NEEDED)


@monitor.command()
def report(
    schema: Schema = "smart_logistics",
    out: Annotated[
        Path | None, typer.Option(help="The page to write; by default in reports in the data folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a page with the columns of the newest window beside those of the training.

    It needs the extra monitoring. Its figures are Evidently's; what decides is in monitor status.
    """
    from entrypoints.cli.export import write_page

    name = resolve_model_name(schema)
    with open_container() as container:
        result = container.monitoring.report_drift()(name)
        file = f"{name}-{result.model_version}-{result.window.start:%Y-%m-%dT%H%M}.html"
        path = out or container.settings().local_folder / "reports" / file
        write_page(result.page, path)
    window = {"model_version": result.model_version, "window_start": result.window.start.isoformat()}
    emit({"model": name, "report": str(path), **window}) if json else print_line(f"Report: {path}")


@monitor.command()
def replay(
    schema: Schema = "smart_logistics",
    source: Annotated[
        str | None,
        typer.Option(
            help="Shipments with outcomes, after those that the model was trained on; by default simulated ones."
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to simulate, without --source.")] = 60,
    drift: Annotated[
        list[str] | None, typer.Option(help="Drift to plant into simulated shipments, as in delay simulate --drift.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option(help="Folder of the replay's databases; by default replay in the data folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Replay history day by day through the path that serves, and monitor it.

    Predictions are logged and outcomes recorded at their times, into databases of their own. A second replay of the
    same shipments changes nothing.
    """
    from delay_core.monitoring.result_json import result_json
    from entrypoints.cli.views.monitoring import show_replay

    name = resolve_model_name(schema)
    with open_container() as container:
        folder = into or container.settings().local_folder / "replay"
        use_case = container.monitoring.replay(folder=folder)
        model = use_case.load_model(name)
        report = use_case(model, source or _simulated(schema, model, days, drift or []))
    if json:
        emit(
            {
                "model": name,
                "model_version": report.model_version,
                "rows": report.rows,
                "outcomes": report.outcomes,
                "too_early": report.too_early,
                "refused": report.refused,
                "first": report.first.isoformat(),
                "last": report.last.isoformat(),
                "folder": str(folder),
                "windows": [result_json(one) for one in report.newest],
            }
        )
    else:
        show_replay(name, report, folder)


def _simulated(schema: str, model: "ServingModel", days: int, drift: list[str]) -> str:
    """The URL of simulated shipments that begin on the day after the last row that the model was tested on."""
    from delay_core.use_cases.replay import last_trained_moment

    trained_until = last_trained_moment(model)
    if model.predictor.bundle.schema.name != SIMULATED_SCHEMA or trained_until is None:
        raise typer.BadParameter(f"nothing simulates {schema}; name the table", param_hint="--source")
    start = trained_until.date() + timedelta(days=1)
    query = [("start", start.isoformat()), ("days", days), ("rows", days * SIMULATED_ROWS_A_DAY), ("seed", REPLAY_SEED)]
    return f"{DEFAULT_SOURCE}?{urlencode([*query, *(('drift', episode) for episode in drift)])}"


def _needs_action(result: "WindowResult") -> bool:
    from delay_core.monitoring.policy import PAGED

    return result.decision.severity in PAGED


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
