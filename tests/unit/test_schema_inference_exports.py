"""Schemas inferred from tables shaped after real exports: how many lines a person must edit before they are right."""

from pathlib import Path
from statistics import median

import pandas as pd
import pytest

from delay_core.errors import SchemaError
from delay_core.validation import ShipmentValidator
from support.exports import EXPORTS
from support.inferred_schemas import infer, parse


@pytest.fixture(scope="module", params=EXPORTS, ids=lambda make: make.__name__)
def drafted(request):
    """An export, the text of its draft, and the schema if the draft parses."""
    export = request.param()
    text = infer(export.table, export.name, **export.source)
    try:
        return export, text, parse(text)
    except SchemaError:
        return export, text, None


def test_export__has_the_lines_to_edit_that_are_known(drafted):
    export, text, schema = drafted
    assert export.lines_to_edit(schema, text) == export.mistakes


def test_export__is_accepted_whole_by_its_own_draft(drafted):
    export, _, schema = drafted
    if schema is not None:
        result = ShipmentValidator(schema).validate(pd.DataFrame(export.table).astype(object))
        assert result.broken_rules == {}


def test_personal_values__are_not_in_the_draft(drafted):
    export, text, _ = drafted
    values = {value for name in export.personal for value in export.table[name] if len(value) > 3}
    assert not [value for value in values if value in text]


def test_list_in_the_documentation__is_the_present_one():
    page = (Path(__file__).parents[2] / "docs/schema-drafts.md").read_text("utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]
    assert [" | ".join(row.split(" | ")[::2]) for row in rows] == [make().row() for make in EXPORTS]


def test_exports__need_at_most_three_edited_lines_at_the_median():
    lines = [len(make().mistakes) for make in EXPORTS]
    assert len(lines) >= 10
    assert median(lines) <= 3
    assert max(len(make().mistakes) for make in EXPORTS if make().plain) == 0
