"""The form of a shipment follows from the schema; what is entered becomes a request."""

from datetime import UTC, date, datetime

import pytest

from delay_core.violations import ViolationCode
from entrypoints.api.schemas import FieldError
from entrypoints.api.schemas.shipment_schema import SourceDescription
from entrypoints.ui.forms.shipment_form import FieldKind, errors_by_field, form_fields, to_record
from support import ui_samples


def local(*parts):
    """A moment as a picker returns it."""
    return datetime(*parts)  # noqa: DTZ001


def schema(*fields, timezone="Europe/Paris"):
    source = ui_samples.parcels().source.model_dump() | {"timezone": timezone}
    return ui_samples.parcels().model_copy(
        update={"fields": list(fields), "source": SourceDescription.model_validate(source)}
    )


def field(name, role="numeric", **values):
    types = {"numeric": "number", "timestamp": "time"}
    return ui_samples.field(name, role, **{"type": types.get(role, "text"), "example": None} | values)


def test_fields__have_units_ranges_choices_and_help():
    load = field("load", unit="kg", minimum=0, maximum=500, example=120, description="With its box.")
    carrier = field("carrier", "categorical", categories=["road", "rail"], other_categories=True, required=False)
    ignored = field("status", status="ignored")

    first, second = form_fields(schema(carrier, ignored, load))

    assert (first.name, first.kind, first.label) == ("load", FieldKind.NUMBER, "load (kg)")
    assert first.help == "With its box.\nFrom 0 to 500.\nExample: 120"
    assert (second.label, second.kind, second.choices) == ("carrier, optional", FieldKind.CHOICE, ("road", "rail"))
    assert second.other_choices


def test_identifier__has_no_example():
    [parcel] = form_fields(schema(field("parcel", "identifier", example="example")))
    assert (parcel.help, parcel.placeholder) == ("", "")


@pytest.mark.parametrize(
    ("date_format", "role", "kind"),
    [
        ("ISO8601", "timestamp", FieldKind.MOMENT),
        ("%d.%m.%Y %H:%M", "timestamp", FieldKind.MOMENT),
        ("epoch_s", "timestamp", FieldKind.MOMENT),
        ("%d-%b-%y", "timestamp", FieldKind.DAY),
        ("ISO8601", "ignored", FieldKind.DAY),
    ],
)
def test_dates__are_pickers_in_the_schema_s_zone(date_format, role, kind):
    earliest = datetime(2020, 1, 1, tzinfo=UTC)
    [picker] = form_fields(schema(field("sent", role, type="time", date_format=date_format, earliest=earliest)))

    assert picker.kind is kind
    assert "At least 2020-01-01 01:00." in picker.help
    assert "Local time in Europe/Paris." in picker.help
    assert picker.limits[0] == local(2020, 1, 1, 1)


@pytest.mark.parametrize(
    ("date_format", "entered", "written"),
    [
        ("ISO8601", local(2024, 6, 3, 8, 30), "2024-06-03T08:30:00"),
        ("%d-%b-%y", date(2024, 6, 3), "03-Jun-24"),
        ("epoch_s", local(2024, 6, 3, 8, 30), 1717396200),
        ("ISO8601", date(2024, 6, 3), "2024-06-03T00:00:00"),
    ],
)
def test_record__has_dates_as_the_schema_writes_them(date_format, entered, written):
    sent = field("sent", "timestamp", date_format=date_format)
    assert to_record(schema(sent), {"sent": entered}) == {"sent": written}


def test_record__keeps_texts_and_leaves_out_what_is_empty():
    fields = [field("load"), field("wait"), field("id", "identifier"), field("note", "identifier")]
    values = {"load": 12.5, "wait": 3.0, "id": "007", "note": "", "other": None}
    record = to_record(schema(*fields), values)
    assert record == {"load": 12.5, "wait": 3, "id": "007"}
    assert type(record["wait"]) is int


def test_errors__are_beside_their_fields():
    errors = [
        FieldError(field=name, code=ViolationCode.MISSING, message="missing", shipment=1)
        for name in ("load", "load", "status")
    ]
    fields, others = errors_by_field(schema(field("load"), field("status", status="ignored")), errors)
    assert fields == {"load": ["missing", "missing"]}
    assert others == ["status: missing"]
