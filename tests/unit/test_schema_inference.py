"""Inferred schemas: what holds for every table."""

import re
from datetime import datetime

import pytest

from delay_core.errors import SchemaError
from delay_core.validation import UNREADABLE
from support.inferred_schemas import N, choice, infer, parse, rng, shipments


def test_inferred_schema__parses_fits_the_width_and_says_what_to_check():
    text = infer(shipments(), "Sea freight 2024", evidence=["delimiter ',': 4 fields in all lines"])
    schema = parse(text)
    assert (schema.name, schema.version) == ("sea_freight_2024", 1)
    assert text.startswith("# Draft of a schema for 'Sea freight 2024', inferred from all 480 rows.")
    assert "# 1. label: is late what you call late?" in text
    assert "# delimiter ',': 4 fields in all lines" in text
    assert max(map(len, text.splitlines())) < 120


def test_inferred_schema__is_equal_for_equal_samples():
    assert infer(shipments()) == infer(shipments())


def test_inferred_schema__says_that_the_table_is_longer_than_the_sample():
    assert "inferred from its first 480 rows" in infer(shipments(), whole=False)


def test_malformed_rows__are_counted_and_not_a_column():
    broken = [None] * (N - 2) + ["line 9: 3 fields"] * 2
    table = {**{name: [*values[:-2], None, None] for name, values in shipments().items()}, UNREADABLE: broken}
    text = infer(table)
    assert "all 478 rows, 2 more cannot be cut into columns" in text
    assert UNREADABLE not in text
    assert parse(text).key == ("shipment_ref",)


def test_missing_label__is_marked_and_refused_by_the_parser():
    table = shipments()
    del table["late"]
    text = infer(table)
    assert re.search(
        r"# fill in: no column or pair of dates shows delays.*\n?.*label: \{column: '\?\?\?'\}|label: .*# fill in", text
    )
    with pytest.raises(SchemaError, match=re.escape("label.column: no column '???'; columns are shipment_ref")):
        parse(text)


def test_missing_prediction_point__is_marked_and_timestamps_are_listed():
    table = shipments()
    table["delivered_on"] = table.pop("ordered_at")
    text = infer(table)
    assert "timestamps: delivered_on" in text
    with pytest.raises(SchemaError, match=re.escape("prediction_point.column: no column '???'")):
        parse(text)


def test_reserved_column_name__becomes_an_alias():
    table = shipments()
    table["shipment_id"] = table.pop("shipment_ref")
    schema = parse(infer(table))
    assert schema.key == ("shipment id in the table",)
    assert schema.aliases["shipment_id"] == "shipment id in the table"
    assert schema.label.column == "late"


def test_names_and_values__that_yaml_would_misread_are_quoted():
    odd = {
        "yes": choice(["no", "on"]),
        "a: b #c": choice(["1", "x"], seed=3),
        "*star": choice(["~", "[x]"], seed=4),
        "": ["1", "2"] * 240,
    }
    schema = parse(infer(shipments(**odd, **{"two\nlines": choice(["a\tb", "'q'"], seed=5)})))
    assert set(odd) < set(schema.columns)
    assert set(schema.columns["yes"].categories) == {"no", "on"}
    assert set(schema.columns["a: b #c"].categories) == {"1", "x"}
    assert set(schema.columns["two\nlines"].categories) == {"a\tb", "'q'"}


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_few_rows__are_enough(rows):
    text = infer({name: list(values[:rows]) for name, values in shipments().items()})
    assert text.startswith("# Draft of a schema")


def test_empty_column__is_ignored():
    assert "nothing: {role: ignored}" in infer({"nothing": [None, None], "": ["", ""]})


def test_typed_dates__need_no_format():
    table = shipments()
    table["ordered_at"] = [datetime.fromisoformat(when) for when in table["ordered_at"]]
    text = infer(table)
    assert "date_formats" not in text
    assert parse(text).prediction_point.column == "ordered_at"


def test_typed_booleans__are_categories_with_the_words_that_validation_accepts():
    text = infer(shipments(hazardous=[bool(x) for x in rng().integers(0, 2, N)]))
    assert parse(text).columns["hazardous"].role == "categorical"
    assert set(parse(text).columns["hazardous"].categories) == {"True", "False"}
