"""Several tables joined by keys: what is joined, what becomes of rows without a match, what is refused."""

import pandas as pd
import pytest

from delay_core.errors import SourceError
from delay_core.joins import JoinedTable, other_table
from delay_core.schema import request_fields
from delay_core.splits import SplitPolicy
from delay_core.use_cases.check_schema import CheckSchema
from delay_core.validation import ShipmentValidator
from delay_core.violations import ViolationCode
from fakes.leakage_probe import LeakageProbe
from fakes.progress import Progress
from support.fake_product import FakeProduct
from support.orders_and_customers import CUSTOMERS, ORDERS, orders_schema, source_of

TO_CUSTOMERS = "{table: customers.csv, key: customer, other_key: id, rename: {late: customer class}%s}"
LOOKUP = TO_CUSTOMERS % ""


def joined(join=LOOKUP, source=None, **options):
    """The joined rows and the joined table."""
    table = JoinedTable(source or source_of(), "in/orders.csv", orders_schema(join, **options))
    return pd.concat([chunk.rows for chunk in table.chunks()], ignore_index=True), table


def validated(join=LOOKUP, source=None, **options):
    """Source row → violations, and the number of accepted rows."""
    described = orders_schema(join, **options)
    validator, violations, accepted = ShipmentValidator(described), [], 0
    for chunk in JoinedTable(source or source_of(), "in/orders.csv", described).chunks():
        result = validator.validate(chunk.rows, chunk.broken_rules)
        violations += result.violations
        accepted += result.counts.accepted
    return {violation.row: violation for violation in violations}, accepted


def refusal(join=LOOKUP, source=None, **options):
    with pytest.raises(SourceError) as raised:
        joined(join, source, **options)
    return str(raised.value)


def test_many_to_one__adds_the_columns_that_the_schema_has_and_counts_rows_without_a_match():
    rows, table = joined()
    assert rows["city"].tolist() == ["Rome", "Oslo", None, None]
    assert list(rows) == [*ORDERS, "city"]
    assert [(each.table, each.matched, each.unmatched) for each in table.counts] == [("customers.csv", 2, 2)]
    assert table.unused_columns == ("name", "customer class")


def test_keys__are_equal_whatever_the_type_of_their_file():
    """A workbook has numbers, a CSV file texts, with blanks around them."""
    customers = {"id": [1.0, 2, True], "city": ["a", "b", "c"]}
    orders = {**ORDERS, "customer no": ["1", " 2 ", "TRUE", None]}
    source = source_of(orders=orders, customers=customers)
    rows, _ = joined("{table: customers.csv, key: customer, other_key: id}", source)
    assert rows["city"].tolist() == ["a", "b", "c", None]


LONG = 9400110898825022579493.0
"""A workbook stores a number of more than 15 digits rounded."""


def test_a_rounded_key__matches_no_row():
    """The texts are equal, the shipments are not."""
    source = source_of(
        orders={**ORDERS, "customer no": [LONG, "2", "2", None]},
        customers={"id": ["9400110898825022930944", "2"], "city": ["a", "b"]},
    )
    rows, table = joined("{table: customers.csv, key: customer, other_key: id}", source)
    assert rows["city"].tolist() == [None, "b", "b", None]
    assert table.counts[0].unmatched == 2


@pytest.mark.parametrize("summary", ["", ", cardinality: one_to_many, aggregate: {city: {function: count}}"])
def test_a_rounded_key__of_the_other_table_is_refused_by_its_row(summary):
    source = source_of(customers={"id": ["7", LONG], "city": ["a", "b"]})
    message = refusal("{table: customers.csv, key: customer, other_key: id" + summary + "}", source)
    assert message == (
        "source.join.0: row 2 of in/customers.csv: id is a number of more than 15 digits, and only the first are "
        "exact; write it as text"
    )


def test_key_of_several_columns__matches_all_of_them():
    customers = {"customer no": ["C1", "C1", "C2"], "order": ["o1", "o2", "o1"], "city": ["a", "b", "c"]}
    rows, _ = joined("{table: customers.csv, key: [customer no, order]}", source_of(customers=customers))
    assert rows["city"].tolist() == ["a", None, None, None]


def test_required__quarantines_rows_without_a_match():
    violations, accepted = validated(TO_CUSTOMERS % ", required: true")
    assert {row: (str(each.rule), each.message()) for row, each in violations.items()} == {
        3: ("customer: no match", "no row of customers.csv has this key; add the row there"),
        4: ("customer: no match", "no row of customers.csv has this key; add the row there"),
    }
    assert accepted == 2


def test_not_required__joined_columns_are_missing():
    violations, accepted = validated()
    assert (violations, accepted) == ({}, 4)
    violations, accepted = validated(columns="city: {role: categorical}")
    assert ([each.code for each in violations.values()], accepted) == ([ViolationCode.MISSING] * 2, 2)


TWICE = {"id": ["C1", "C2", "C1"], "city": ["a", "b", "c"], "late": ["", "", ""]}


def test_repeated_key__is_refused_by_its_rows_and_value():
    text = refusal(source=source_of(customers=TWICE))
    assert text.startswith(
        "source.join.0: rows 1 and 3 of in/customers.csv have the same id 'C1'; many_to_one needs one"
    )
    assert "set repeated: quarantine" in text


def test_repeated_key__of_a_personal_column_has_no_value():
    text = refusal(
        source=source_of(customers=TWICE), columns="id: {role: ignored, pii: true}\n  city: {role: categorical}"
    )
    assert "have the same id; many_to_one" in text


def test_repeated_key__quarantines_the_rows_that_have_it():
    violations, accepted = validated(TO_CUSTOMERS % ", repeated: quarantine", source_of(customers=TWICE))
    assert {row: each.code for row, each in violations.items()} == {1: ViolationCode.AMBIGUOUS_MATCH}
    assert accepted == 3


def test_one_to_one__quarantines_a_row_that_repeats_the_key():
    orders = {**ORDERS, "customer no": ["C1", "C2", "C3", "C1"]}
    join = TO_CUSTOMERS % ", cardinality: one_to_one"
    violations, accepted = validated(join, source_of(orders=orders))
    assert {row: str(each.rule) for row, each in violations.items()} == {4: "customer: repeated key"}
    assert accepted == 3


def test_one_to_many__summarizes_the_rows_of_each_key():
    items = {"order": ["o1", "o2", "o1", "o1", "o2"], "kg": ["2", "", "0.5", "4", ""]}
    functions = ", ".join(f"{name}: {{function: {name}, column: kg}}" for name in ("sum", "mean", "min", "max"))
    aggregate = f"aggregate: {{n: {{function: count}}, {functions}}}"
    join = f"{{table: items.csv, key: order, cardinality: one_to_many, {aggregate}}}"
    rows, table = joined(join, source_of(items=items, chunk_rows=2), columns="n: {role: numeric}")
    assert rows["n"].tolist() == [3, 2, 0, 0]
    assert rows[["sum", "min", "max"]].to_numpy().tolist() == [[6.5, 0.5, 4.0], [None] * 3, [None] * 3, [None] * 3]
    assert rows["mean"].tolist()[0] == pytest.approx(6.5 / 3)
    assert (table.counts[0].matched, table.counts[0].unmatched) == (2, 2)


def test_joins__follow_each_other():
    customers = {"id": ["C1", "C2"], "region": ["r1", "r2"]}
    regions = {"region": ["r2", "r1"], "city": ["Oslo", "Rome"]}
    join = "{table: customers.csv, key: customer, other_key: id}, {table: regions.csv, key: region}"
    rows, _ = joined(join, source_of(customers=customers, regions=regions))
    assert rows["city"].tolist() == ["Rome", "Oslo", None, None]


def test_prefix__keeps_columns_of_two_tables_apart():
    rows, _ = joined(
        "{table: customers.csv, key: customer, other_key: id, prefix: 'customer '}",
        columns="customer city: {role: categorical}",
    )
    assert rows["customer city"].tolist() == ["Rome", "Oslo", None, None]


@pytest.mark.parametrize(
    ("join", "message"),
    [
        (
            "{table: customers.csv, key: customer, other_key: id}",
            "source.join.0: in/orders.csv and in/customers.csv both have a column 'late'; give the joined one another "
            "name: rename: {late: other late}, or a prefix",
        ),
        ("{table: absent.csv, key: customer}", "source.join.0.table: in/absent.csv: no such table"),
        ("{table: customers.csv, key: customer}", "source.join.0.key: in/customers.csv has no column 'customer'; its"),
        (
            "{table: customers.csv, key: customer, other_key: idd}",
            "source.join.0.other_key: in/customers.csv has no column 'idd'; did you mean 'id'?",
        ),
        (
            TO_CUSTOMERS.replace("customer,", "custommer,") % "",
            "source.join.0.key: in/orders.csv has no column 'custommer'; did you mean 'customer no'?",
        ),
        (
            "{table: customers.csv, key: customer, other_key: id, rename: {lat: x}}",
            "source.join.0.rename: in/customers.csv has no column 'lat'; did you mean 'late'?",
        ),
        (
            "{table: customers.csv, key: customer, other_key: id, cardinality: one_to_many, "
            "aggregate: {kg: {function: sum, column: mass}}}",
            "source.join.0.aggregate: in/customers.csv has no column 'mass'; its columns: id, city, name, late",
        ),
        (
            "{table: customers.csv, key: customer, other_key: id, cardinality: one_to_many, "
            "aggregate: {kg: {function: sum, column: city}}}",
            "source.join.0.aggregate: row 1 of in/customers.csv has no number in 'city'; correct it, or add its",
        ),
        (
            "{table: customers.csv, key: customer, other_key: id, cardinality: one_to_many, "
            "aggregate: {late: {function: count}}}",
            "both have a column 'late'; give the joined one another name: change it in aggregate",
        ),
        (
            "{table: customers.csv, key: customer, other_key: id, prefix: c_}",
            "source.join.0: the schema has no column of in/customers.csv; add those that you need to columns: c_city",
        ),
    ],
)
def test_a_table_that_does_not_fit__is_refused_by_key_and_remedy(join, message):
    assert message in refusal(join)


def test_other_table__has_a_limit_because_it_is_in_memory(monkeypatch):
    monkeypatch.setattr(other_table, "MAX_ROWS", 2)
    assert "source.join.0.table: in/customers.csv has over 2 rows, which do not fit into memory" in refusal()


def test_digest__covers_the_joined_tables():
    moved = {**CUSTOMERS, "city": ["Oslo", "Rome", "Paris"]}
    digests = [
        JoinedTable(source, "in/orders.csv", orders_schema(LOOKUP)).digest()
        for source in (source_of(), source_of(), source_of(customers=moved))
    ]
    assert digests[0] == digests[1] != digests[2]


def test_digest__of_a_schema_without_joins_is_that_of_the_table_alone():
    source, plain = source_of(), orders_schema("")
    assert JoinedTable(source, "in/orders.csv", plain).digest() == source.digest("in/orders.csv")
    assert "source" not in plain.content


def test_joined_columns__are_fields_of_a_request():
    assert [field.name for field in request_fields(orders_schema(LOOKUP))] == [
        "order", "sent", "customer", "late", "weight", "city"
    ]  # fmt: skip


def test_ingest_and_check__report_every_row_and_its_matches():
    orders = {name: [*values] * 30 for name, values in ORDERS.items()}
    product = FakeProduct(source_of(orders=orders))
    report = product.ingest(orders_schema(TO_CUSTOMERS % ", required: true"), "in/orders.csv").report
    assert (report.rows.read, report.rows.accepted, report.rows.quarantined) == (120, 60, 60)
    assert report.problems == {"customer: no match": 60}
    assert report.joins[0].model_dump() == {"table": "customers.csv", "matched": 60, "unmatched": 60}

    check = CheckSchema(
        source_of(orders={**orders, "customer no": ["?"] * 120}), Progress(), SplitPolicy(), LeakageProbe
    )
    checked = check(orders_schema(LOOKUP), "in/orders.csv")
    assert "name" in checked.foreign
    assert "customers.csv: 100% of the rows have no match; are the keys written alike?" in checked.advice
