"""The reference of the schema language: complete, true to the models, and read by those who run its examples."""

import re
from pathlib import Path
from typing import get_args

import pytest
import yaml

from delay_core import ShipmentSchema, parse_schema
from delay_core.reserved_names import RESERVED_NAMES
from delay_core.schema import Column, Label, SourceFormat, Stage, schema_reference
from delay_core.schema.base import SchemaModel
from delay_core.schema.derived import INPUT_ROLES

REFERENCE = schema_reference()
FILE = Path(__file__).parents[2] / "docs/schema-reference.md"
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL))


def models(model=ShipmentSchema):
    """Every model of the language, from the types of the keys."""
    inner = [kind for field in model.model_fields.values() for kind in types_in(field.annotation)]
    return [model, *(schema for kind in inner if issubclass(kind, SchemaModel) for schema in models(kind))]


def types_in(annotation):
    inner = [kind for one in get_args(annotation) for kind in types_in(one)]
    return [annotation, *inner] if isinstance(annotation, type) and not inner else inner


def examples(section):
    return re.findall(r"^```yaml part\n(.*?)^```$", SECTIONS[section], re.MULTILINE | re.DOTALL)


def rows(section):
    """The table of a section: key → (holds, default, meaning)."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("| `")]
    cells = [re.split(r"(?<!\\) \| ", line.strip("|").strip()) for line in lines]
    return {key.strip("`"): tuple(rest) for key, *rest in cells}


def test_keys__have_a_description():
    silent = [
        f"{model.__name__}.{key}" for model in models() for key, f in model.model_fields.items() if not f.description
    ]
    assert not silent


def test_models__have_a_description():
    assert all(model.__doc__ for model in models())


def test_stages__have_a_meaning():
    assert rows("Stages") == {stage.value: (stage.meaning,) for stage in Stage}


def test_sections__follow_the_order_of_a_schema_file():
    assert list(SECTIONS) == [
        "The schema", "source", "source.join", "source.join.aggregate", "prediction_point",
        "label", "costs", "exclude_where", "calendar", "derived", "split_dates", "columns",
        "Stages",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "model"),
    list(zip([*SECTIONS][:-1], models(), strict=True)),
)
def test_section__lists_every_key_with_its_description(section, model):
    listed = rows(section)
    assert list(listed) == list(model.model_fields)
    for key, field in model.model_fields.items():
        assert listed[key][2].replace("\\|", "|").startswith(field.description)


def test_types_and_defaults__are_described():
    assert rows("columns")["role"][:2] == (
        "one of `numeric`, `categorical`, `timestamp`, `coordinates`, `identifier`, `label`, `ignored`",
        "**required**",
    )
    assert rows("columns")["minimum"][:2] == ("number", "—")
    assert rows("columns")["minimum"][2].endswith("Only of numeric columns.")
    assert rows("columns")["nullable"][:2] == ("true or false", "`false`")
    assert rows("columns")["available_at"][1] == "`order`"
    assert rows("columns")["sentinels"][0] == "mapping of text to text"
    assert rows("columns")["leakage_override"][0] == "text, length at least 10"
    assert rows("label")["column"][:2] == ("column name", "—")
    assert rows("label")["tolerance"][:2] == ("ISO 8601 duration", "`PT0S`")
    assert rows("derived")["days"][0] == "list of 2 column names"
    assert rows("derived")["haversine"][0] == "list of column names, length at least 2"
    assert rows("derived")["late_rate"][0] == "column name, or a list of them, length at least 1"
    parts = "list of `hour`, `weekday`, `month`, `trend`, `recent_late_rate`, length at least 1"
    assert rows("calendar")["parts"][0] == parts
    assert rows("costs")["missed_delay"][:2] == ("number, above 0", "**required**")
    assert rows("source")["delimiter"][1] == "`','`"
    assert rows("source")["date_formats"][:2] == ("list of texts", "`[ISO8601]`")
    assert rows("The schema")["version"][:2] == ("whole number, at least 1", "**required**")
    assert rows("The schema")["snapshot"][0] == "date, or date and time"
    assert rows("The schema")["source"][:2] == ("[mapping](#source)", "its own defaults")
    assert rows("The schema")["calendar"][0] == "[list of mappings](#calendar)"
    assert rows("The schema")["columns"][0] == "[mapping of names](#columns)"


def test_types__are_not_described_in_python_syntax():
    documented = " ".join(cells[0] for section in list(SECTIONS)[:-1] for cells in rows(section).values())
    assert not re.search(r"\b(str|int|float|bool|tuple|dict|None|datetime|timedelta|Literal|Annotated)\b", documented)


@pytest.mark.parametrize(
    ("section", "least"),
    [("source", SourceFormat()), ("label", Label(column="late")), ("columns", Column(role="ignored"))],
)
def test_documented_default__written_out_changes_nothing(section, least):
    documented = {
        key: yaml.safe_load(default.strip("`")) for key, (_, default, _) in rows(section).items() if default[0] == "`"
    }
    assert documented
    assert type(least).model_validate(least.model_dump(exclude_unset=True) | documented) == least


def test_reserved_names__are_listed():
    assert all(f"`{name}`" in SECTIONS["The schema"] for name in RESERVED_NAMES)


def test_examples__form_one_schema():
    story = "".join(examples(section)[0] for section in SECTIONS)
    schema = parse_schema(story, "reference.yaml")
    assert schema.model_fields_set == set(ShipmentSchema.model_fields)
    assert {column.available_at for column in schema.columns.values()} == set(Stage)
    assert {derived.kind for derived in schema.derived.values()} == set(INPUT_ROLES)
    assert {"priority", "seal"} <= set(schema.features)
    assert {"port delay", "damage"} <= set(schema.post_hoc_columns)


def test_further_examples__are_valid_in_that_schema():
    story = yaml.safe_load("".join(examples(section)[0] for section in SECTIONS))
    others = [example for section in SECTIONS for example in examples(section)[1:]]
    assert others
    for other in others:
        part = yaml.safe_load(other)
        columns = {**story["columns"], **part.get("columns", {})}
        parse_schema(yaml.safe_dump({**story, **part, "columns": columns}, allow_unicode=True), "reference.yaml")


def test_documentation_page__is_up_to_date():
    first, page = FILE.read_text("utf-8").split("\n", maxsplit=1)
    assert "generated by `delay schema reference`" in first.lower()
    assert page == REFERENCE, "docs/schema-reference.md is out of date: write it again with `delay schema reference`"
