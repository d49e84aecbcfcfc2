"""Schemas inferred and checked: what is reported of a table, and that nothing of it is stored."""

import pandas as pd
import pytest

from delay_core import parse_schema
from delay_core.errors import SourceError
from delay_core.left_out import LeftOutCause
from delay_core.splits import SplitPolicy
from delay_core.use_cases.check_schema import CheckSchema
from delay_core.use_cases.infer_schema import InferSchema
from fakes import progress, shipment_source, table_sampler
from fakes.leakage_probe import LeakageProbe

YAML = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late}
group: order
columns:
  sent: {role: timestamp}
  order: {role: identifier, aliases: [Order No]}
  weight: {role: numeric, minimum: 0, nullable: true}
  status: {role: categorical, available_at: delivered}
  driver: {role: ignored, pii: true}
  late: {role: label, nullable: true, available_at: delivered}
"""
SCHEMA = parse_schema(YAML, "parcels.yaml")
ROWS = 200


def table(**changes):
    days = pd.date_range("2024-01-01", periods=ROWS, freq="6h")
    columns = {
        "sent": days.strftime("%Y-%m-%dT%H:%M"),
        "Order No": [f"o{i // 3}" for i in range(ROWS)],
        "weight": ["" if i % 5 else str(i) for i in range(ROWS)],
        "driver": [f"Canary {i}" for i in range(ROWS)],
        "late": [str(i % 2) for i in range(ROWS)],
        "colour": "red",
        **changes,
    }
    return pd.DataFrame(columns, dtype=object)


def check(rows, schema=SCHEMA):
    source = shipment_source.ShipmentSource({"t": rows}, chunk_rows=70)
    return CheckSchema(source=source, progress=progress.Progress(), policy=SplitPolicy(), probe=LeakageProbe)(
        schema, "t"
    )


def test_check__reports_rows_columns_and_parts():
    result = check(table())
    assert (result.rows.read, result.rows.accepted, result.late, result.on_time) == (ROWS, ROWS, 100, 100)
    assert {column.name: column.file_column for column in result.columns} == {
        "sent": "sent", "order": "Order No", "weight": "weight", "status": None, "driver": "driver", "late": "late"
    }  # fmt: skip
    assert result.foreign == ("colour",)
    assert list(result.refused) == ["status"]
    assert set(result.parts) == {"train", "validation", "test"}
    assert result.refusal is None


def test_check__counts_broken_rules_over_all_chunks_with_the_first_row():
    weights = ["-1" if i in (80, 150) else "1" for i in range(ROWS)]
    [problem] = check(table(weight=weights)).problems
    assert (problem.rule, problem.rows, problem.source_row) == ("weight: out of range", 2, 81)
    assert (problem.field, problem.code) == ("weight", "out_of_range")
    assert problem.example == "weight: -1 is out of range; allowed is at least 0"


def test_check__counts_the_rows_that_each_cause_leaves_out():
    result = check(table(late=["" if i < 4 else str(i % 2) for i in range(ROWS)]))
    assert result.left_out == {LeftOutCause.NO_OUTCOME: 4, LeftOutCause.GROUP_SPANS_CUT: 2}
    assert sum(result.left_out.values()) + sum(result.parts.values()) == result.rows.accepted


def test_check__names_columns_that_are_equal_in_all_rows():
    schema = parse_schema(
        YAML.replace("  status:", "  kilos: {role: numeric, nullable: true}\n  status:"), "parcels.yaml"
    )
    rows = table()
    result = check(rows.assign(kilos=rows["weight"] + ".0").replace({"kilos": {".0": ""}}), schema)
    assert result.equal_columns == (("weight", "kilos"),)
    assert result.refused["kilos"] == "repeats weight in all rows"
    assert check(rows.assign(kilos=[*rows["weight"][:-1], "7"]), schema).equal_columns == ()


def test_check__advises_against_a_group_that_lives_through_the_table():
    result = check(table(**{"Order No": [f"seller {i * i % 97}" for i in range(ROWS)]}))
    assert result.left_out[LeftOutCause.GROUP_SPANS_CUT] > 20
    assert "group order leaves out" in " ".join(result.advice)


def test_check__names_personal_data_and_never_shows_it():
    assert "Canary" not in check(table()).model_dump_json()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"late": "1"}, "the train split holds one class only"),
        ({"Order No": "o"}, "the train split is empty"),
        ({"sent": "never"}, "0 shipments with an outcome are too few"),
    ],
)
def test_check__says_why_training_would_be_refused(changes, refusal):
    assert refusal in check(table(**changes)).refusal


def test_check__advises_on_what_is_rarely_intended():
    advice = " ".join(check(table(sent=["never"] * 50 + ["2024-01-01"] * 150)).advice)
    for text in (
        "known_after is zero",
        "no key",
        "25% of the rows would be quarantined",
        "weight: 80% of the accepted",
    ):
        assert text in advice


def test_check__refuses_a_table_without_its_columns():
    with pytest.raises(SourceError, match="missing columns: sent"):
        check(table().drop(columns="sent"))


def test_inferred_schema__has_the_name_of_the_file_and_is_valid():
    sampler = table_sampler.TableSampler({"my folder/2024 Export.csv": table()})
    drafted = InferSchema(sampler, progress.Progress())("my folder/2024 Export.csv", None, 1000)
    assert parse_schema(drafted, "draft").name == "table_2024_export"
    named = InferSchema(sampler, progress.Progress())("my folder/2024 Export.csv", "own", 1000)
    assert parse_schema(named, "draft").name == "own"


def test_draft__says_what_validation_makes_of_its_own_rows():
    rows = table(weight=[*(str(i / 8) for i in range(ROWS - 2)), "heavy", "light"])
    drafted = InferSchema(table_sampler.TableSampler({"t.csv": rows}), progress.Progress())("t.csv", None, 1000)
    text = drafted.replace("\n# ", " ")
    counts = "Of these 200 rows, the draft accepts 198, excludes 0 and quarantines 2"
    assert f"{counts}: weight: not a number (2 rows)." in text


def test_draft__with_something_to_fill_in_says_so():
    rows = table().drop(columns="late")
    drafted = InferSchema(table_sampler.TableSampler({"t.csv": rows}), progress.Progress())("t.csv", None, 1000)
    assert "The draft cannot be used before each ??? is filled in." in drafted
