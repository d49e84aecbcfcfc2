"""An error message of a schema names the file, the key, the value and what is expected; no mistake ends in a crash."""

import re

import pytest

from delay_core import parse_schema
from delay_core.errors import SchemaError
from support.coordinates_mistakes import (
    COORDINATES_MISTAKES,
    COORDINATES_MISTAKES_ACROSS_KEYS,
    CORRECT_COORDINATES,
)
from support.join_mistakes import JOIN_MISTAKES
from support.label_mistakes import CORRECT_LABELS, LABEL_MISTAKES, LABEL_MISTAKES_ACROSS_KEYS
from support.order_mistakes import ORDER_MISTAKES, ORDER_MISTAKES_ACROSS_KEYS, ORDERED
from support.schema_key_mistakes import SINGLE_KEYS
from support.schema_mistakes import ACROSS_KEYS, INVALID_YAML, also, changed, mode
from support.split_date_mistakes import (
    CORRECT_SPLIT_DATES,
    SPLIT_DATE_MISTAKES,
    SPLIT_DATE_MISTAKES_ACROSS_KEYS,
)


def mistakes_in(text):
    """The lines of the error message, without the name of the file at the beginning of each."""
    with pytest.raises(SchemaError) as raised:
        parse_schema(text, "parcels.yaml")
    lines = str(raised.value).split("\n")
    assert all(line.startswith("parcels.yaml: ") for line in lines)
    return [line.removeprefix("parcels.yaml: ") for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *INVALID_YAML,
        *SINGLE_KEYS,
        *ACROSS_KEYS,
        *JOIN_MISTAKES,
        *LABEL_MISTAKES,
        *LABEL_MISTAKES_ACROSS_KEYS,
        *COORDINATES_MISTAKES,
        *COORDINATES_MISTAKES_ACROSS_KEYS,
        *ORDER_MISTAKES,
        *ORDER_MISTAKES_ACROSS_KEYS,
        *SPLIT_DATE_MISTAKES,
        *SPLIT_DATE_MISTAKES_ACROSS_KEYS,
    ],
)
def test_a_mistake__has_the_key_the_value_and_what_is_expected(text, expected):
    (line,) = mistakes_in(text)
    pattern = ".*".join(re.escape(part.strip()) for part in expected.split("…"))
    assert re.match(pattern, line.removeprefix("not valid YAML: "))


@pytest.mark.parametrize("text", [*CORRECT_LABELS, *CORRECT_COORDINATES, ORDERED, *CORRECT_SPLIT_DATES])
def test_the_schemas_of_these_tests__have_no_mistake(text):
    assert parse_schema(text, "parcels.yaml").version == 1


def test_mistakes_in_single_keys__are_reported_together():
    text = changed("version: 1", "version: one\ncost: 5").replace("unit: kg", "units: kg").replace("P2D", "2 days")
    assert [line.split(":")[0] for line in mistakes_in(text)] == [
        "version",
        "label.known_after",
        "columns.weight.units",
        "cost",
    ]


def test_keys_that_do_not_fit_together__are_reported_together():
    text = also("key: parcels\ngroup: driver\nderived: {d: {days: [sent, arrived]}, e: {ratio: [weight, mode]}}")
    assert [line.split(": ")[0] for line in mistakes_in(text)] == [
        "key.0",
        "derived.d.days",
        "group.0",
        "derived.e.ratio",
        "derived.d.days",
    ]


def test_mistakes__are_listed_up_to_fifty():
    text = changed("columns:\n", "columns:\n" + "".join(f"  c{i}: {{}}\n" for i in range(70)))
    assert len(mistakes_in(text)) == 51
    assert mistakes_in(text)[-1] == "and 20 more mistakes"


def test_values_that_yaml_1_1_would_change__stay_as_the_table_has_them():
    schema = parse_schema(mode("categories: [007, 1_000, 2024-01-31, 0x1F, 1e5, 12:30, 5]"), "parcels.yaml")
    assert schema.columns["mode"].categories == ("007", "1_000", "2024-01-31", "0x1F", "1e5", "12:30", "5")
