"""The rules of the page "How right were we": shares with intervals, or words where too few outcomes are known."""

from collections.abc import Iterable, Sequence

from entrypoints.api.schemas import ProbabilityBand, Reliability
from entrypoints.ui.amounts import format_probability
from entrypoints.ui.charts import BLUE, ORANGE, FigurePoint, SharePoint

MIN_OUTCOMES = 30
"""Of fewer outcomes no share is shown: its interval is wider than a third of the scale."""
TOO_FEW = f"fewer than {MIN_OUTCOMES} known outcomes: no figure"
PREFERRED = 0.8
"""The band that is shown first, if enough of its outcomes are known."""
CAME_LATE, PREDICTED = "came late", "predicted"
SERIES = {CAME_LATE: BLUE, PREDICTED: ORANGE}

Row = dict[str, str]


def band_number(band: ProbabilityBand) -> int:
    """The lower end in percent: it identifies the band in the URL and from week to week."""
    return round(100 * band.low)


def band_name(band: ProbabilityBand) -> str:
    """Both ends in percent."""
    return f"{band_number(band)} to {round(100 * band.high)} %"


def has_figure(band: ProbabilityBand) -> bool:
    """Whether enough outcomes are known for a share."""
    return band.predictions >= MIN_OUTCOMES


def find_band(bands: Iterable[ProbabilityBand], number: int | None) -> ProbabilityBand | None:
    """The band with this lower end."""
    return next((band for band in bands if band_number(band) == number), None)


def choose_band(bands: Sequence[ProbabilityBand], number: int | None) -> ProbabilityBand | None:
    """The band of the URL; else that of 80 % if it has a figure, else the one with the most outcomes."""
    if not bands:
        return None
    preferred = (band for band in bands if band.low <= PREFERRED < band.high and has_figure(band))
    return find_band(bands, number) or next(preferred, None) or max(bands, key=lambda band: band.predictions)


def describe_band(band: ProbabilityBand) -> str:
    """A band in a sentence or two."""
    if not has_figure(band):
        known = "1 has" if band.predictions == 1 else f"{band.predictions:,} have"
        return f"Of the shipments predicted to be late with {band_name(band)}, {known} a known outcome. With {TOO_FEW}."
    late = round(band.late_share * band.predictions)
    return (
        f"Of {band.predictions:,} shipments predicted to be late with {band_name(band)}, {late:,} came late: "
        f"{format_probability(band.late_share)} (95 % interval {_interval(band)}). {_judge(band)}"
    )


def _judge(band: ProbabilityBand) -> str:
    mean = f"The predictions were {format_probability(band.mean_probability)} on average"
    if band.late_share_low <= band.mean_probability <= band.late_share_high:
        return f"{mean}, which agrees with that."
    more = "More" if band.late_share > band.mean_probability else "Fewer"
    return f"{mean}. {more} shipments came late than predicted."


def band_rows(bands: Iterable[ProbabilityBand]) -> list[Row]:
    """A row of the table for each band."""
    return [{"predicted": band_name(band), **_cells(band)} for band in bands]


def week_rows(reliability: Reliability, number: int) -> list[Row]:
    """A row of the table for each week, the newest first: the whole week, and one band of it."""
    return [
        {
            "week from": f"{week.week_start:%Y-%m-%d}",
            "predictions": f"{week.predictions:,}",
            "outcomes known": f"{week.known_outcomes:,}",
            "acted on": f"{week.acted_on:,}",
            **_cells(find_band(week.bands, number)),
        }
        for week in reliability.weeks
    ]


def describe_acted_on(reliability: Reliability) -> str:
    """How many predictions are in no band because somebody acted on the shipment, and why."""
    acted_on = sum(week.acted_on for week in reliability.weeks)
    if not acted_on:
        return "Nobody acted on a shipment that was predicted in these weeks."
    some = "1 is of a shipment" if acted_on == 1 else f"{acted_on:,} are of shipments"
    return (
        f"Of the predictions of these weeks, {some} that somebody acted on. Such predictions are not counted above: "
        "acting changes what happens, so that one that was on time is no error of the prediction."
    )


def _cells(band: ProbabilityBand | None) -> Row:
    if band is None or not band.predictions:
        return {"in the band": "0", "predicted on average": "–", "came late": TOO_FEW}
    return {
        "in the band": f"{band.predictions:,}",
        "predicted on average": format_probability(band.mean_probability),
        "came late": f"{format_probability(band.late_share)} ({_interval(band)})" if has_figure(band) else TOO_FEW,
    }


def calibration_points(bands: Iterable[ProbabilityBand]) -> list[SharePoint]:
    """A point of the chart for each band with a figure."""
    return [
        SharePoint(
            band_name(band),
            band.mean_probability,
            band.late_share,
            band.late_share_low,
            band.late_share_high,
            band.predictions,
        )
        for band in bands
        if has_figure(band)
    ]


def week_points(reliability: Reliability, number: int) -> list[FigurePoint]:
    """What came and what was predicted, in the weeks in which the band has a figure, the oldest first."""
    points = []
    for week in reversed(reliability.weeks):
        band = find_band(week.bands, number)
        if band is not None and has_figure(band):
            share = FigurePoint(week.week_start, CAME_LATE, band.late_share, band.late_share_low, band.late_share_high)
            points += [share, FigurePoint(week.week_start, PREDICTED, band.mean_probability)]
    return points


def _interval(band: ProbabilityBand) -> str:
    return f"{100 * band.late_share_low:.0f} to {100 * band.late_share_high:.0f} %"
