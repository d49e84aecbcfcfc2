"""A date is read by the schema's formats alone: each value becomes a moment, or breaks a rule with a code."""

import warnings
from datetime import UTC, datetime, time, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delay_core.parsing import LocalClock, TimeReading, parse_times
from delay_core.parsing.date_patterns import date_pattern
from delay_core.schema_inference.profiling.date_formats import parse_dates
from delay_core.schema_inference.profiling.value_counts import count_values
from delay_core.validation import ShipmentValidator
from support.date_readings import date_schema, read_both, read_table

WORDS = ["now", "today", "NaT", "nat", "infinity", "-inf", "nan", "march", "Monday", "2024Q1", "1.5e9", " 2024"]
NOT_DATES = [
    *("2024", "2024-03", "2024/03/01", "2024-3-1", " 2024-03-01", "2024-03-01 ", "2024-03-01\n", "2024-060"),
    *("2024-W10-5", "12:00", "12:00:00", "T10:00", "2024-03-01 24:00", "2024-03-01T10:60", "2024-03-01T10:00:60"),
    *("2024-02-30", "0000-01-01", "2024-13-01", "2024-03-01T10:00+25:00", "2024-03-01T10:00  +01:00", "2024-03-01Z"),
    "२०२४-०३-०१",
]
ZONES = [
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/Havana",
    "Pacific/Apia",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
]
PATTERNS = [
    "%d.%m.%Y",
    "%d-%b-%y",
    "%d/%m/%Y %H:%M %z",
    "%d.%m.%Y %H:%M %Z",
    "%Y%m%d",
    "%G-W%V-%u",
    "%m/%d/%y %I:%M %p",
]
FORMATS = [("ISO8601",), *(("ISO8601", form) for form in PATTERNS), ("%d.%m.%Y %H:%M", "excel"), ("epoch_s",)]
CODES = {"not_a_date", "repeated_hour", "skipped_hour", "out_of_range", "missing"}


two_digits = st.integers(0, 62).map("{:02d}".format)
days = st.one_of(
    st.tuples(st.sampled_from(["2024", "9999", "0001", "1677", "2262"]), two_digits, two_digits).map("-".join),
    st.dates().map(str),
    st.sampled_from(["2024-03-10", "2024-11-03", "2011-12-30", "9999-12-31", "0001-01-01", "2024-10-27", "20240301"]),
)
clocks = st.one_of(
    st.just(""),
    st.tuples(st.sampled_from("T t,"), two_digits, st.sampled_from([":", ""]), two_digits).map("".join),
    st.times().map(lambda at: f" {at}"),
)
offsets = st.sampled_from(["", "", "Z", "z", " Z", "+01:00", " +0100", "-05", " +1", "+25:00", " CET", " UTC", " EDT"])
near_dates = st.tuples(days, clocks, offsets).map("".join)
patterned = st.tuples(st.datetimes(min_value=datetime(1000, 1, 1)), st.sampled_from(PATTERNS)).map(  # noqa: DTZ001
    lambda pair: pair[0].replace(tzinfo=timezone(timedelta(hours=2))).strftime(pair[1])
)
typed = st.one_of(
    st.datetimes(),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11, minutes=-30))])),
    st.dates(),
    st.times(),
    st.integers(),
    st.floats(),
    st.booleans(),
)
values = st.one_of(st.text(max_size=12), near_dates, patterned, st.sampled_from([*WORDS, *NOT_DATES]), typed)


@given(value=values, neighbour=values, zone=st.sampled_from(ZONES), formats=st.sampled_from(FORMATS))
@example(value="9999-12-31T23:59:59", neighbour="2024-01-01", zone="America/New_York", formats=("ISO8601",))
@example(value="0001-01-01", neighbour="2024-01-01T00:00:00.1234567", zone="Asia/Tokyo", formats=("ISO8601",))
@example(value="01/07/2024 08:00 +0200", neighbour="01/02/2024 08:00 +0100", zone="Europe/Paris", formats=FORMATS[3])
def test_any_value__is_a_moment_or_breaks_a_rule_in_tables_and_requests_alike(value, neighbour, zone, formats):
    parcels = date_schema(zone, formats)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        alone, beside = read_both(parcels, value), read_table(parcels, [neighbour, value])[1]
    assert isinstance(alone, pd.Timestamp) or set(alone.split("; ")) <= CODES
    assert beside == alone


@given(near_dates)
def test_the_fast_layouts__read_what_the_pattern_reads(text):
    reading = TimeReading(("ISO8601",), LocalClock("UTC"))
    parsed = parse_times(np.array([text], dtype=object), np.array([False]), reading)
    written = date_pattern("ISO8601").read(text)
    assert parsed.unreadable[0] == (written is None)
    if written is not None:
        offset = written.offset or timedelta(0)
        assert parsed.times[0] == np.datetime64(written.local, "us") - np.timedelta64(offset)


@pytest.mark.parametrize("text", [*WORDS, *NOT_DATES])
@pytest.mark.parametrize("formats", [("ISO8601",), ("%d.%m.%Y",)])
def test_a_word_or_a_part_of_a_date__is_not_a_date(text, formats):
    assert read_both(date_schema("Europe/Paris", formats), text) == "not_a_date"


def test_words_in_a_column_of_dates__are_not_dates_to_schema_inference_either():
    texts = ["2024-01-01", "2024-01-02", "2024-01-03", "now", "today"]
    counted = count_values("due", pd.Series(texts, dtype=object))
    dates = parse_dates(counted, np.zeros(len(counted.distinct), dtype=bool), day_first=True)
    by_text = dict(zip(counted.texts, ~np.isnat(dates.timestamps), strict=True))
    assert by_text == {text: text[0] == "2" for text in texts}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-02 08:00:00 +0100", "2024-01-02 07:00"),
        ("2024-07-02 08:00:00 +02:00", "2024-07-02 06:00"),
        ("2024-07-02T08:00:00z", "2024-07-02 08:00"),
        ("2024-07-02t08:00:00,25Z", "2024-07-02 08:00:00.25"),
        ("2024-07-02T08:00:00.1234567-05", "2024-07-02 13:00:00.123456"),
        ("20240702T0800+0200", "2024-07-02 06:00"),
        ("20240702", "2024-07-01 22:00"),
        (20240702, "2024-07-01 22:00"),
        ("2024-07-02T08", "2024-07-02 06:00"),
    ],
)
def test_a_moment_in_iso_8601__is_read_whatever_its_form(text, moment):
    assert read_both(date_schema("Europe/Berlin"), text) == pd.Timestamp(moment)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_offsets_of_summer_and_winter__stand_in_one_column(zone):
    parcels = date_schema(zone, ("%d.%m.%Y %H:%M %z", "ISO8601"))
    texts = ["02.01.2024 08:00 +0100", "02.07.2024 08:00 +0200", "2024-01-02 08:00 +0100", "2024-07-02 08:00 +0200"]
    assert [f"{moment:%m-%d %H:%M}" for moment in read_table(parcels, texts)] == ["01-02 07:00", "07-02 06:00"] * 2


def test_a_zone_by_name__is_read_where_the_schemas_zone_has_it():
    texts = ["02.01.2024 08:00 CET", "02.07.2024 08:00 CEST", "02.07.2024 08:00 UTC", "27.10.2024 02:30 CET"]
    read = read_table(date_schema("Europe/Berlin", ("%d.%m.%Y %H:%M %Z",)), [*texts, "02.07.2024 08:00 CET"])
    assert [f"{moment:%m-%d %H:%M}" for moment in read[:4]] == [
        "01-02 07:00",
        "07-02 06:00",
        "07-02 08:00",
        "10-27 01:30",
    ]
    assert read[4] == "not_a_date"
    assert read_table(date_schema("UTC", ("%d.%m.%Y %H:%M %Z",)), ["02.01.2024 08:00 CET"]) == ["not_a_date"]


@pytest.mark.parametrize(
    ("zone", "text", "accepted"),
    [
        ("America/New_York", "9999-12-31 23:59:59", False),
        ("Asia/Tokyo", "9999-12-31 09:00:00", True),
        ("UTC", "9999-12-31", True),
        ("UTC", "9999-12-31T00:00:01Z", False),
        ("Asia/Tokyo", "0001-01-01", False),
        ("America/New_York", "0001-01-01 23:00", True),
        ("America/New_York", "1677-01-01 00:00", True),
        ("Asia/Tokyo", "2262-12-31 00:00", True),
    ],
)
def test_a_year_at_the_end_of_the_calendar__costs_its_own_row_at_most(zone, text, accepted):
    table = pd.DataFrame({"sent": [text, "2024-01-01"], "weight": 1.0}, dtype=object)
    result = ShipmentValidator(date_schema(zone), request=True).validate(table)
    assert result.accepted["source_row"].tolist() == ([1, 2] if accepted else [2])
    if not accepted:
        assert "out of range; allowed is 0001-01-02 to 9999-12-31" in result.quarantined["reasons"].iloc[0]


def test_a_day_whose_midnight_is_skipped_or_repeated__begins_at_its_first_moment():
    written = ["2024-03-10", datetime(2024, 3, 10), "2024-11-03", "2024-03-11"]  # noqa: DTZ001
    read = read_table(date_schema("America/Havana"), written)
    assert [f"{moment:%m-%d %H:%M}" for moment in read] == ["03-10 05:00", "03-10 05:00", "11-03 04:00", "03-11 04:00"]
    assert read_table(date_schema("Pacific/Apia"), ["2011-12-30"]) == ["skipped_hour"]  # the whole day


@pytest.mark.parametrize(
    ("policy", "text", "expected"),
    [
        ({}, "2024-10-27 02:10", "repeated_hour"),
        ({"repeated": "first"}, "2024-10-27 02:10", pd.Timestamp("2024-10-27 00:10")),
        ({"repeated": "second"}, "2024-10-27 02:10", pd.Timestamp("2024-10-27 01:10")),
        ({}, "2024-10-27 02:10 +0200", pd.Timestamp("2024-10-27 00:10")),
        ({}, "2024-03-31 02:10", "skipped_hour"),
        ({"skipped": "shift_forward"}, "2024-03-31 02:10", pd.Timestamp("2024-03-31 01:10")),
        ({"repeated": "first", "skipped": "shift_forward"}, "2024-03-31 03:10", pd.Timestamp("2024-03-31 01:10")),
    ],
)
def test_a_repeated_or_skipped_hour__is_read_as_the_schema_says(policy, text, expected):
    assert read_both(date_schema("Europe/Paris", **policy), text) == expected


@pytest.mark.parametrize("value", ["12:00", time(12), 0.5, "0.5"])
def test_a_time_of_day_alone__is_not_a_date(value):
    assert read_table(date_schema("UTC", ("ISO8601", "excel")), [value]) == ["not_a_date"]


@pytest.mark.parametrize("value", ["20240301", 20240301, 20240301.0, np.int64(20240301)])
def test_a_whole_number__is_read_as_its_digits_whatever_the_file_type(value):
    assert read_table(date_schema("UTC", ("%Y%m%d",)), [value]) == [pd.Timestamp("2024-03-01")]


def test_digits_without_a_sign_between_them__are_not_divided_by_guesswork():
    assert read_table(date_schema("UTC", ("%d%m%Y",)), ["01032024", "1032024"]) == [
        pd.Timestamp("2024-03-01"),
        "not_a_date",
    ]
