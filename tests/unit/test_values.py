"""How numbers and dates are written, and what is missing for a reason."""

from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.errors import ShipmentValidationError
from delay_core.request_parsing import RequestParser
from delay_core.validation import ShipmentValidator
from support.parcels import parcels_yaml

YAML = """
name: parcels
version: 1
source: {form}
prediction_point: {{column: sent, stage: dispatch}}
label: {{column: late}}
derived: {{days left: {{days: [sent, due]}}}}
columns:
  sent: {{role: timestamp, earliest: 2000-01-01, latest: 2030-01-01}}
  weight:
    role: numeric
    nullable: true
    strip: [kg, "~"]
    sentinels: {{not weighed: "-999", on another line: "See [ASN]*", free: Included}}
  due:
    role: timestamp
    nullable: true
    sentinels: {{never: "1899-12-30", not captured: Date Not Captured}}
  late: {{role: label}}
"""


def validate(form="{}", **columns):
    table = pd.DataFrame(
        {"sent": "2024-03-01", "weight": "1", "due": "2024-03-02", "late": "0", **columns}, dtype=object
    )
    return ShipmentValidator(parse_schema(YAML.format(form=form), "parcels.yaml")).validate(table)


PLAIN = parcels_yaml(credit="{role: numeric}")


@pytest.mark.parametrize(
    ("written", "credit"),
    [
        ("5.50-", -5.5),
        ("0-", 0.0),
        ("-5", -5.0),
        ("-5-", None),
        ("+5-", None),
        ("5--", None),
        ("-", None),
        ("5 -", None),
    ],
)
def test_a_minus_behind_the_digits__is_read_in_tables_and_in_requests(written, credit):
    schema, record = parse_schema(PLAIN, "parcels.yaml"), {"sent": "2024-03-01", "credit": written}
    result = ShipmentValidator(schema).validate(pd.DataFrame([{**record, "late": "0"}], dtype=object))
    assert result.accepted["credit"].tolist() == ([] if credit is None else [credit])
    if credit is None:
        with pytest.raises(ShipmentValidationError, match="is not a number"):
            RequestParser(schema).parse([record])
    else:
        assert RequestParser(schema).parse([record]).columns["credit"].tolist() == [credit]


def reasons(column):
    return [None if pd.isna(reason) else reason for reason in column]


@pytest.mark.parametrize(
    ("form", "written", "number"),
    [
        ("{}", "12.5", 12.5),
        ("{}", "12.5 kg", 12.5),
        ("{}", "~12kg", 12.0),
        ("{}", "1e3", 1000.0),
        ("{}", "12.5-", -12.5),
        ("{}", "12.5- kg", -12.5),
        ("{decimal: ',', thousands: '.'}", "1.234,5-", -1234.5),
        ("{decimal: ','}", "12,5 kg", 12.5),
        ("{decimal: ',', thousands: '.'}", "-1.234.567,5", -1234567.5),
        ("{thousands: ','}", "1,234", 1234.0),
        ("{thousands: ','}", "-12,34,567.5", -1234567.5),
        ("{thousands: ','}", "1,00,00,000", 10_000_000.0),
        ("{thousands: ' '}", "1 234.5", 1234.5),
        ("{decimal: ',', thousands: ' '}", "1\u202f234\u00a0567,5", 1234567.5),
        ('{thousands: "\'"}', "1\u2019234.5", 1234.5),
    ],
)
def test_numbers__are_parsed(form, written, number):
    assert validate(form, weight=[written]).accepted["weight"].tolist() == [number]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("{}", "12,5"),
        ("{}", "12 lbs"),
        ("{}", "1,234"),
        ("{decimal: ','}", "12.5"),
        ("{thousands: ','}", "12,34"),
        ("{thousands: ','}", "1234,567"),
        ("{}", "12,34,567"),
        ("{thousands: ','}", "12,34,56"),
        ("{thousands: ','}", "123,45,678"),
        ("{decimal: ',', thousands: '.'}", "12.34.567"),
        ("{decimal: ',', thousands: '.'}", "1,234.5"),
        ("{}", ""),
        ("{}", True),
        ("{}", ["a"]),
    ],
)
def test_number_in_another_format__is_quarantined(form, written):
    result = validate(form, weight=pd.Series([written], dtype=object))
    assert result.counts.accepted == (written == "")
    assert set(result.broken_rules) <= {("weight", "not_a_number")}


def test_sentinels__are_missing_values_with_a_reason():
    result = validate(weight=["-999", "-999.0", -999, "See [ASN]-93 (ID#:1281)", "Included", "3", ""])
    assert result.accepted["weight"].isna().tolist() == [True] * 5 + [False, True]
    assert reasons(result.accepted["weight: why missing"]) == [
        "not weighed", "not weighed", "not weighed", "on another line", "free", None, None,
    ]  # fmt: skip
    assert validate(weight=["See A-93", "Excluded"]).counts.quarantined == 2


def test_date_sentinel__matches_every_format_of_that_date():
    form = "{date_formats: [ISO8601, '%d/%m/%Y', excel]}"
    written = ["1899-12-30", "30/12/1899", datetime(1899, 12, 30), 0, "Date Not Captured", "2024-03-02"]  # noqa: DTZ001
    result = validate(form, due=pd.Series(written, dtype=object)).accepted
    assert reasons(result["due: why missing"]) == ["never"] * 4 + ["not captured", None]
    assert result["due"].isna().tolist() == [True] * 5 + [False]


@pytest.mark.parametrize(
    ("formats", "written", "moment"),
    [
        ("ISO8601", "2024-03-01T10:00:00Z", "2024-03-01T10:00"),
        ("ISO8601", "2024-03-01T10:00-05:00", "2024-03-01T15:00"),
        ("ISO8601", "2024-03-01 10:00", "2024-03-01T09:00"),
        ("'%d-%b-%y'", "2-Jun-06", "2006-06-01T22:00"),
        ("'%d.%m.%Y'", datetime(2024, 3, 1, 10), "2024-03-01T09:00"),  # noqa: DTZ001
        ("'%d.%m.%Y'", datetime(2024, 3, 1, 10, tzinfo=UTC), "2024-03-01T10:00"),
        ("'%d.%m.%Y'", date(2024, 3, 1), "2024-02-29T23:00"),
        ("'%d.%m.%Y'", np.datetime64("2024-03-01T10:00"), "2024-03-01T09:00"),
        ("excel", 45352.5, "2024-03-01T11:00"),
        ("excel", "45352.5", "2024-03-01T11:00"),
        ("epoch_s", 1709287200, "2024-03-01T10:00"),
        ("epoch_ms", "1709287200000", "2024-03-01T10:00"),
    ],
)
def test_dates__are_parsed(formats, written, moment):
    result = validate(f"{{date_formats: [{formats}], timezone: Europe/Paris}}", sent=[written], due=[None])
    [read] = result.accepted["sent"].dt.tz_localize(None)
    assert read == pd.Timestamp(moment)


def test_dates__of_several_formats_are_parsed_in_one_column():
    written = ["2024-03-01", "01/03/2024", 45352, datetime(2024, 3, 1)]  # noqa: DTZ001
    form = "{date_formats: [ISO8601, '%d/%m/%Y', excel]}"
    assert validate(form, sent=pd.Series(written, dtype=object)).accepted["sent"].nunique() == 1


@pytest.mark.parametrize("written", ["soon", "45352", 45352, 1e300, True, "2024-13-01", "10:00"])
def test_date_in_another_format__is_quarantined(written):
    assert validate(sent=pd.Series([written], dtype=object)).broken_rules == {("sent", "not_a_date"): 1}


def test_date_out_of_range__is_quarantined_with_the_limits():
    result = validate(sent=["1999-12-31", "2031-01-01", "2024-03-01"])
    assert result.quarantined["reasons"].tolist() == [
        "sent: 1999-12-31T00:00:00 is out of range; allowed is 2000-01-01 to 2030-01-01",
        "sent: 2031-01-01T00:00:00 is out of range; allowed is 2000-01-01 to 2030-01-01",
    ]


def test_sentinel_of_a_required_column__is_quarantined():
    yaml = YAML.replace("earliest: 2000-01-01,", "nullable: true, sentinels: {{never: 1899-12-30}},")
    table = pd.DataFrame({"sent": ["1899-12-30", "2024-03-01"], "weight": "1", "due": "2024-03-02", "late": "0"})
    result = ShipmentValidator(parse_schema(yaml.format(form="{}"), "parcels.yaml")).validate(table.astype(object))
    assert result.broken_rules == {("sent", "missing"): 1}


def test_booleans__are_text_in_categories_and_labels():
    schema = parse_schema(
        "{name: t, version: 1, prediction_point: {column: sent, stage: order}, "
        "label: {column: late, late: ['True'], on_time: ['False']}, columns: {sent: {role: timestamp}, "
        "fragile: {role: categorical}, late: {role: label}}}",
        "t.yaml",
    )
    table = pd.DataFrame({"sent": "2024-03-01", "fragile": [True, False], "late": np.array([True, False])}).astype(
        object
    )
    result = ShipmentValidator(schema).validate(table).accepted
    assert result["fragile"].tolist() == ["True", "False"]
    assert result["late"].tolist() == [1, 0]


def test_null_tokens_of_the_source__apply_to_every_column():
    result = validate("{null_tokens: ['', 'NULL']}", weight=["NULL"], due=["NULL"])
    assert result.accepted[["weight", "due"]].isna().all().all()


def test_keys__are_compared_across_all_chunks():
    schema = parse_schema(YAML.format(form="{}") + "  id: {role: identifier}\nkey: id\n", "parcels.yaml")
    validator = ShipmentValidator(schema)
    base = {"sent": "2024-03-01", "weight": "1", "due": "2024-03-02", "late": "0"}
    repeated = 0
    for chunk in range(40):
        ids = [f"p{(chunk * 7 + i) % 150}" for i in range(11)]
        repeated += validator.validate(pd.DataFrame({**base, "id": ids}, dtype=object)).broken_rules[
            "id", "repeated_key"
        ]
    assert repeated == 40 * 11 - len({(chunk * 7 + i) % 150 for chunk in range(40) for i in range(11)})
