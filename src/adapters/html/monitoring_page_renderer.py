"""The monitoring of a version as one HTML file."""

from html import escape

from adapters.html.drift_table import drift_table
from adapters.html.markup import html_page, paragraph, section, to_html
from adapters.html.performance_tables import figures_table, format_moment, late_rate_chart, severity_badge, window_table
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.monitoring_page import MonitoringPage
from delay_core.monitoring.window_result import WindowResult
from delay_core.ports import monitoring_page_renderer as port

_ADVICE = {
    Severity.NONE: "Nothing to do.",
    Severity.WATCH: "Look at it when there is time.",
    Severity.RETRAIN: "Train again: delay pipeline",
    Severity.ROLL_BACK: "Serve the version before: delay rollback",
}
_SECTIONS = (
    ("decision", "Decision"),
    ("performance", "Performance"),
    ("drift", "Drift"),
    ("windows", "Windows"),
    ("distributions", "Distributions"),
)


class MonitoringPageRenderer(port.MonitoringPageRenderer):
    """Without scripts, except those of the distributions, whose page is in a frame of its own."""

    def render(self, page: MonitoringPage) -> bytes:
        newest = page.results[0]
        decision, window = newest.decision, newest.decision.window
        title = f"Monitoring of {decision.model_name}, version {decision.model_version}"
        headings = dict(_SECTIONS)
        body = "".join(
            (
                f"<h1>{escape(title)}</h1>",
                paragraph(
                    f"Window {format_moment(window.start)} to {format_moment(window.end)} UTC, {_rows(newest)}; "
                    f"outcomes as known at {format_moment(newest.as_of)} UTC.",
                    "quiet",
                ),
                section("decision", headings["decision"], _decision(newest, page)),
                section("performance", headings["performance"], _performance(newest, page)),
                section("drift", headings["drift"], _drift(newest, page)),
                section("windows", headings["windows"], _windows(page)),
                section("distributions", headings["distributions"], _distributions(page.distributions)),
            )
        )
        return html_page(title, ("page.css", "monitoring_page.css"), _SECTIONS, body)


def _decision(result: WindowResult, content: MonitoringPage) -> str:
    decision = result.decision
    reasons = "".join(f"<li>{escape(str(reason))}</li>" for reason in decision.reasons)
    facts = (
        f"Evidence that the probabilities are not true: {decision.evidence:.3g} after {decision.known_outcomes:,} "
        f"outcomes; people are paged from {1 / content.policy.false_alarm_budget:.3g} on."
    )
    if decision.change_point is not None:
        facts += f" The harm began in outcomes due from about {format_moment(decision.change_point.start)} UTC on."
    advice = f"<p>{to_html(severity_badge(result))} <strong>{escape(_ADVICE[decision.severity])}</strong></p>"
    return f"{advice}<ul>{reasons}</ul>{paragraph(facts)}"


def _performance(result: WindowResult, content: MonitoringPage) -> str:
    if result.performance is None:
        return paragraph("The version predicted nothing in this window.")
    known = next((one for one in content.results if one.performance and one.performance.realized), result)
    before = ""
    if known is not result and known.performance is not None:
        heading = f"The newest window with realized figures: {format_moment(known.decision.window.start)}"
        before = f"<h3>{escape(heading)}</h3>{figures_table(known.performance)}"
    return figures_table(result.performance) + before + late_rate_chart(content.results)


def _drift(result: WindowResult, content: MonitoringPage) -> str:
    limits = content.drift_policy
    if result.drift is None:
        return paragraph("The version predicted nothing in this window.")
    note = (
        "Effects are from 0 to 1: Kolmogorov-Smirnov distances of numbers, total variation distances of categories. A "
        f"column drifts if its effect reaches the limit and its adjusted p-value is at most {limits.alpha:g}, or if "
        f"its share of missing values differs as significantly by at least {limits.minimum_missing_effect:.0%}. "
        "Drift alone is no harm."
    )
    return drift_table(result.drift, limits) + paragraph(note, "quiet")


def _windows(content: MonitoringPage) -> str:
    note = "≈ estimated, before enough outcomes are known. A dash: no figure."
    return window_table(content.results) + paragraph(note, "quiet")


def _distributions(distributions: bytes) -> str:
    note = (
        "The window beside the training, drawn by Evidently. Its own tests and scores know neither groups nor "
        "weekdays: what decides is above."
    )
    frame = escape(distributions.decode("utf-8"))
    return (
        paragraph(note, "quiet")
        + f'<iframe title="Distributions" sandbox="allow-scripts" loading="lazy" srcdoc="{frame}"></iframe>'
    )


def _rows(result: WindowResult) -> str:
    is_whole = result.sampled_rows in (0, result.rows)
    return f"{result.rows:,} predictions" + ("" if is_whole else f", {result.sampled_rows:,} of them measured")
