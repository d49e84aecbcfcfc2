"""The role `timestamp`: dates and times."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from delay_core import parsing
from delay_core.parsing.date_formats import ISO_8601, NUMERIC_DATE_FORMATS, write_moment
from delay_core.quantity_text import format_range
from delay_core.schema.roles.base import ColumnRole, JsonSchema
from delay_core.violations import ViolationCode

if TYPE_CHECKING:
    from delay_core.parsing import BrokenRule, ColumnResult, Mask, Parser, Values
    from delay_core.transformers import AnyTransformer, Columns

WRITTEN_DATE = "written-date"
"""The JSON Schema `format` of a date in the schema's own formats."""

_EXAMPLE = datetime(2024, 6, 3, 8, 30)  # noqa: DTZ001 - local time in the zone of the schema


class TimestampRole(ColumnRole):
    """Dates and times. A model reads parts of them, or differences, that the schema names."""

    name = "timestamp"
    keys = ("earliest", "latest", "sentinels")
    is_reported_post_hoc = True

    def value_type(self) -> str:
        return "time"

    def allowed_values(self) -> str:
        formats = " or ".join(self.schema.source.date_formats)
        return ", ".join(filter(None, (formats, self._format_limits())))

    def json_schema(self) -> JsonSchema:
        source = self.schema.source
        types = ["number" if form in NUMERIC_DATE_FORMATS else "string" for form in source.date_formats]
        types += ["string"] if self.column.sentinels else []
        written = f"Written as {' or '.join(source.date_formats)}, in {source.timezone} where no offset is named"
        limits = self._format_limits()
        return {
            "type": list(dict.fromkeys(types)),
            **({"format": "date-time"} if ISO_8601 in source.date_formats else {}),
            "description": f"{written}; {limits}" if limits else written,
        }

    def _format_limits(self) -> str:
        earliest, latest = (
            None if limit is None else limit.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")
            for limit in (self.column.earliest, self.column.latest)
        )
        return format_range(earliest, latest, "from", "until")

    def lenient_json_schema(self) -> JsonSchema:
        formats = self.schema.source.date_formats
        return {
            "type": ["string", "number"] if any(form in NUMERIC_DATE_FORMATS for form in formats) else ["string"],
            "format": "date-time" if ISO_8601 in formats else WRITTEN_DATE,
        }

    def example(self) -> str | float:
        """A time within the limits, in the first format."""
        source = self.schema.source
        zone = ZoneInfo(source.timezone)
        moment = _example_moment(*(_to_local(limit, zone) for limit in (self.column.earliest, self.column.latest)))
        return write_moment(moment, source.date_formats[0], zone)

    @property
    def _formats(self) -> tuple[str, ...]:
        return (ISO_8601,) if self.column_name in self.schema.split_dates else self.schema.source.date_formats

    @property
    def _expected(self) -> tuple[str, ...]:
        split = self.schema.split_dates.get(self.column_name)
        return self._formats if split is None else (split.expected(self.schema.source.date_formats),)

    def check_values(self, values: "Values", absent: "Mask") -> "ColumnResult":
        source = self.schema.source
        parsed = parsing.parse_times(values, absent, replace(source.time_reading, formats=self._formats))
        times, refused, reasons = parsing.apply_sentinels(
            self.column.sentinels, values, (parsed.times, parsed.refused), parsing.NO_TIME, self._read_tokens
        )
        rules = [
            parsing.unreadable_rule(code, values, rows & refused, **params)
            for code, rows, params in (
                (ViolationCode.NOT_A_DATE, parsed.unreadable, {"formats": self._expected}),
                (ViolationCode.REPEATED_HOUR, parsed.repeated, {"timezone": source.timezone}),
                (ViolationCode.SKIPPED_HOUR, parsed.skipped, {"timezone": source.timezone}),
            )
        ]
        return parsing.ColumnResult(times, [*rules, *self._range_rules(times)], reasons)

    def _read_tokens(self, tokens: "Values") -> NDArray[np.datetime64]:
        source = self.schema.source
        reading = replace(source.time_reading, formats=(*source.date_formats, ISO_8601))
        return parsing.parse_times(tokens, np.zeros(len(tokens), dtype=bool), reading).times

    def _range_rules(self, times: NDArray[np.datetime64]) -> "Iterator[BrokenRule]":
        """The limits of the column, and for times within them those of every calendar."""
        earliest, latest = self.column.earliest, self.column.latest
        outside = np.zeros(len(times), dtype=bool)
        for limit, is_outside in ((earliest, np.less), (latest, np.greater)):
            if limit is not None:
                outside |= is_outside(times, parsing.instant(limit, self.schema.source.timezone))
        limits: dict[str, str | None] = {
            name: None if limit is None else f"{limit:%Y-%m-%d}"
            for name, limit in (("minimum", earliest), ("maximum", latest))
        }
        beyond = ((times < parsing.MIN_MOMENT) | (times > parsing.MAX_MOMENT)) & ~outside
        first, last = (str(moment.astype("datetime64[D]")) for moment in (parsing.MIN_MOMENT, parsing.MAX_MOMENT))
        calendar: dict[str, str | None] = {"minimum": first, "maximum": last}
        for rows, allowed in ((outside, limits), (beyond, calendar)):
            yield parsing.BrokenRule(ViolationCode.OUT_OF_RANGE, rows, partial(_out_of_range, times, allowed))

    def request_parser(self, slow_parser: "Parser") -> "Parser":
        source = self.schema.source
        if self.column.sentinels or self._formats[0] != ISO_8601:
            return slow_parser
        return parsing.time_parser((self.column.earliest, self.column.latest), source.timezone, slow_parser)

    def missing_values(self, rows: int) -> NDArray[np.datetime64]:
        return np.full(rows, np.datetime64("NaT", "us"), dtype="datetime64[us]")

    def fit_transformers(self, train: "Columns") -> Iterator["AnyTransformer"]:  # noqa: ARG002 - no column is a feature
        return iter(())

    def breaking_changes(self, old: Self) -> Iterator[str]:
        was, now = old.column, self.column
        zones = ZoneInfo(old.schema.source.timezone), ZoneInfo(self.schema.source.timezone)
        if now.earliest and (not was.earliest or _in_zone(was.earliest, zones[0]) < _in_zone(now.earliest, zones[1])):
            yield f"must be {now.earliest:%Y-%m-%d %H:%M} or later now, and could be {_format_old(was.earliest)}"
        if now.latest and (not was.latest or _in_zone(was.latest, zones[0]) > _in_zone(now.latest, zones[1])):
            yield f"must be {now.latest:%Y-%m-%d %H:%M} or earlier now, and could be {_format_old(was.latest)}"


def _out_of_range(times: NDArray[np.datetime64], limits: dict[str, str | None], row: int) -> dict[str, str | None]:
    return {"value": str(times[row].astype("datetime64[s]")), **limits}


def _format_old(limit: datetime | None) -> str:
    return "any time" if limit is None else f"{limit:%Y-%m-%d %H:%M}"


def _example_moment(earliest: datetime | None, latest: datetime | None) -> datetime:
    if earliest and latest:
        return max(earliest, min(_EXAMPLE, latest))
    if earliest and earliest > _EXAMPLE:
        return earliest + timedelta(days=1)
    return latest - timedelta(days=1) if latest and latest < _EXAMPLE else _EXAMPLE


def _to_local(limit: datetime | None, zone: ZoneInfo) -> datetime | None:
    return limit.astimezone(zone).replace(tzinfo=None) if limit and limit.tzinfo else limit


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment
