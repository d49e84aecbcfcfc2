"""Drafts of made-up tables: what every draft must be, whatever the table."""

import re
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.errors import SchemaError
from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.schema_inference import infer_schema
from delay_core.validation import UNREADABLE

N = 480


def rng(seed=1):
    return np.random.default_rng(seed)


def drafted(table, name="table", *, whole=True, evidence=(), **form):
    """The draft's text for a table as its reader gives it."""
    rows = pd.DataFrame(table).astype(object)
    return infer_schema(Sample(rows, SourceFormat(**form), tuple(evidence), whole), name)


def read(text):
    return parse_schema(text, "draft.yaml")


def column(text, name):
    """The lines of a column with the comments above and beside it."""
    lines = text.split("\ncolumns:\n")[1].splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(rf"  '?{re.escape(name)}'?:", line))
    first = next((i + 1 for i in range(start - 1, -1, -1) if not lines[i].lstrip().startswith("#")), 0)
    last = next((i for i in range(start + 1, len(lines)) if not lines[i].startswith("    ")), len(lines))
    return "\n".join(lines[first:last])


def shipments(**columns):
    """A plain table with a label and a prediction point, and other columns beside."""
    random = rng()
    ordered = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, N), unit="h")
    return {
        "shipment_ref": [f"R{i:05d}" for i in range(N)],
        "ordered_at": ordered.strftime("%Y-%m-%d %H:%M:%S"),
        "weight": [f"{w:.2f}" for w in random.uniform(0.1, 40, N)],
        "late": [str(x) for x in random.integers(0, 2, N)],
        **columns,
    }


def choice(values, seed=2, shares=None):
    return [values[i] for i in rng(seed).choice(len(values), N, p=shares)]


def test_a_draft_is_a_schema_whose_lines_fit_and_which_says_what_to_check():
    text = drafted(shipments(), "Sea freight 2024", evidence=["delimiter ',': 4 fields in all lines"])
    schema = read(text)
    assert (schema.name, schema.version) == ("sea_freight_2024", 1)
    assert text.startswith("# Draft of a schema for 'Sea freight 2024', made by looking at all 480 rows.")
    assert "# 1. label: is late what you call late?" in text
    assert "# delimiter ',': 4 fields in all lines" in text
    assert max(map(len, text.splitlines())) < 120


def test_equal_samples_give_equal_drafts():
    assert drafted(shipments()) == drafted(shipments())


def test_a_sample_of_a_longer_table_says_so():
    assert "looking at its first 480 rows" in drafted(shipments(), whole=False)


def test_rows_that_cannot_be_cut_into_columns_are_counted_and_no_column():
    broken = [None] * (N - 2) + ["line 9: 3 fields"] * 2
    table = {**{name: [*values[:-2], None, None] for name, values in shipments().items()}, UNREADABLE: broken}
    text = drafted(table)
    assert "all 478 rows, 2 more cannot be cut into columns" in text
    assert UNREADABLE not in text
    assert read(text).key == ("shipment_ref",)


def test_without_a_label_the_draft_says_what_to_fill_in_and_so_does_its_reader():
    table = shipments()
    del table["late"]
    text = drafted(table)
    assert re.search(r"# fill in: no column says late.*\n?.*label: \{column: '\?\?\?'\}|label: .*# fill in", text)
    with pytest.raises(SchemaError, match=re.escape("label.column: no column '???'; columns are shipment_ref")):
        read(text)


def test_without_a_prediction_point_the_timestamps_are_named_beside_the_gap():
    table = shipments()
    table["delivered_on"] = table.pop("ordered_at")
    text = drafted(table)
    assert "timestamps: delivered_on" in text
    with pytest.raises(SchemaError, match=re.escape("prediction_point.column: no column '???'")):
        read(text)


def test_a_name_that_the_product_uses_itself_becomes_an_alias():
    table = shipments()
    table["shipment_id"] = table.pop("shipment_ref")
    schema = read(drafted(table))
    assert schema.key == ("shipment id in the table",)
    assert schema.aliases["shipment_id"] == "shipment id in the table"
    assert schema.label.column == "late"


def test_names_and_values_that_yaml_would_misread_survive():
    odd = {
        "yes": choice(["no", "on"]),
        "a: b #c": choice(["1", "x"]),
        "*star": choice(["~", "[x]"]),
        "": ["1", "2"] * 240,
    }
    schema = read(drafted(shipments(**odd, **{"two\nlines": choice(["a\tb", "'q'"])})))
    assert set(odd) < set(schema.columns)
    assert set(schema.columns["yes"].categories) == {"no", "on"}
    assert set(schema.columns["a: b #c"].categories) == {"1", "x"}
    assert set(schema.columns["two\nlines"].categories) == {"a\tb", "'q'"}


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_handful_of_rows_is_drafted_too(rows):
    text = drafted({name: list(values[:rows]) for name, values in shipments().items()})
    assert text.startswith("# Draft of a schema")


def test_a_table_of_one_empty_column_is_drafted_too():
    assert "nothing: {role: ignored}" in drafted({"nothing": [None, None], "": ["", ""]})


def test_typed_dates_need_no_format():
    table = shipments()
    table["ordered_at"] = [datetime.fromisoformat(when) for when in table["ordered_at"]]
    text = drafted(table)
    assert "date_formats" not in text
    assert read(text).prediction_point.column == "ordered_at"


def test_typed_booleans_are_categories_by_the_words_that_validation_reads():
    text = drafted(shipments(hazardous=[bool(x) for x in rng().integers(0, 2, N)]))
    assert read(text).columns["hazardous"].role == "categorical"
    assert set(read(text).columns["hazardous"].categories) == {"True", "False"}
