"""What is entered into the what-if form, in the URL."""

from datetime import date, datetime

import pytest

from entrypoints.ui.forms.entries_in_url import MAX_LENGTH, format_entries, parse_entries
from entrypoints.ui.forms.shipment_form import FieldKind, FormField

LIMITS = datetime(2020, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001 - local time, as the pickers have it


def field(name, kind, **values):
    return FormField(name, kind, label=name, help="", placeholder="", limits=LIMITS, **values)


FIELDS = (
    field("load", FieldKind.NUMBER),
    field("carrier", FieldKind.CHOICE, choices=("road", "rail")),
    field("depot", FieldKind.CHOICE, choices=("Paris",), other_choices=True),
    field("remark", FieldKind.TEXT),
    field("day", FieldKind.DAY),
    field("moment", FieldKind.MOMENT),
)


def test_entries__come_back_as_they_were_entered():
    entered = {
        "load": 80.0,
        "carrier": "rail",
        "depot": "Łódź & Co",
        "remark": "=1+1",
        "day": date(2026, 3, 2),
        "moment": datetime(2026, 3, 2, 9, 30),  # noqa: DTZ001 - as the picker returns it
    }
    assert parse_entries(format_entries(entered), FIELDS) == entered


def test_empty_fields__are_left_out():
    assert format_entries({"load": None, "remark": ""}) == ""
    assert format_entries({"load": 0.0, "remark": ""}) == '{"load":0.0}'
    assert parse_entries("", FIELDS) == {}


def test_entries_too_long_for_a_url__are_left_out():
    room = MAX_LENGTH - len('{"remark":""}')
    assert len(format_entries({"remark": "x" * room})) == MAX_LENGTH
    assert format_entries({"remark": "x" * (room + 1)}) == ""
    assert parse_entries('{"remark":"' + "x" * (room + 1) + '"}', FIELDS) == {}


@pytest.mark.parametrize(
    "entry",
    [
        '"load":"80"',
        '"load":true',
        '"load":NaN',
        '"load":1e999',
        f'"load":{"9" * 400}',
        '"carrier":"ship"',
        '"carrier":["rail"]',
        r'"remark":"\ud800"',
        r'"remark":"\u202e"',
        '"day":"soon"',
        '"day":"2019-12-31"',
        '"moment":"2031-01-01T00:00"',
        '"other":"1"',
    ],
)
def test_entry_that_its_field_does_not_accept__is_left_out(entry):
    assert parse_entries(f'{{{entry},"depot":"Lyon"}}', FIELDS) == {"depot": "Lyon"}


@pytest.mark.parametrize("text", ["{", "[]", "null", "1", "[" * 900])
def test_text_that_holds_no_entries__is_ignored(text):
    assert parse_entries(text, FIELDS) == {}
