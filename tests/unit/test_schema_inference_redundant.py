"""Inferred schemas: groups and entities by how long their values live; columns that say nothing of their own."""

from datetime import datetime, timedelta

import pytest

from support.inferred_schemas import N, choice, column_lines, infer, parse, rng, shipments

START = [datetime(2024, 1, 1, 5) + timedelta(hours=29 * i) for i in range(N)]  # noqa: DTZ001


def in_time_order(**columns):
    return {**shipments(), "ordered_at": [f"{start:%Y-%m-%d %H:%M}" for start in START], **columns}


@pytest.mark.parametrize("header", ["seller_id", "customer no", "Fahrzeug-Nr.", "tour id", "code"])
def test_values_that_come_back_through_the_table__are_an_entity(header):
    sellers = [f"S{i:03d}" for i in rng(31).integers(0, 110, N)]
    text = infer(in_time_order(**{header: sellers}))
    schema = parse(text)
    assert schema.group == ()
    assert header in schema.features or header == "tour id"
    if header == "seller_id":
        assert "values that come back" in column_lines(text, header)


@pytest.mark.parametrize("header", ["order_id", "Sendungsnummer", "trip no", "job number"])
def test_values_of_neighbouring_rows__are_a_group(header):
    text = infer(in_time_order(**{header: [f"G{i // 3}" for i in range(N)]}))
    assert parse(text).group == (header,)
    assert "of the table's time" in text


def test_order_ids_that_come_back_through_the_table__are_no_group():
    assert parse(infer(in_time_order(order_no=[f"O{i % 160}" for i in range(N)]))).group == ()


@pytest.mark.parametrize(
    ("header", "first"), [("", 0), ("Unnamed: 0", 0), ("index", 1), ("Lfd. Nr.", 1), ("row number", 1)]
)
def test_running_row_number__is_ignored_with_a_word(header, first):
    text = infer(in_time_order(**{header: [str(i + first) for i in range(N)]}))
    assert "a running row number" in column_lines(text, header or "''")
    assert parse(text).columns[header].role == "ignored"


@pytest.mark.parametrize("values", [[str(i + 2) for i in range(N)], [str(N - i) for i in range(N)]])
def test_other_numbers_in_a_nameless_column__are_kept(values):
    assert parse(infer(in_time_order(**{"": values}))).columns[""].role == "identifier"


@pytest.mark.parametrize(
    ("header", "form"),
    [
        *[("year", "%Y"), ("Monat", "%m"), ("order_month", "%B"), ("weekday", "%A"), ("dow", "%w"), ("hour", "%H")],
        *[("day", "%d"), ("jour", "%a"), ("week", "%V"), ("day of year", "%j")],
    ],
)
def test_calendar_part_of_a_timestamp__is_ignored_with_a_word(header, form):
    text = infer(in_time_order(**{header: [start.strftime(form) for start in START]}))
    assert parse(text).columns[header].role == "ignored"
    assert "of ordered_at: a calendar of the schema has it" in column_lines(text, header).replace("\n  # ", " ")


def test_calendar_part_of_another_date__is_a_feature():
    months = [str((start + timedelta(days=45)).month) for start in START]
    assert "season month" in parse(infer(in_time_order(**{"season month": months}))).features


def test_column_that_equals_another__is_ignored_and_the_other_is_named():
    weight = shipments()["weight"]
    text = infer(in_time_order(mass=[f"{float(w):.3f}" for w in weight], copy=shipments()["shipment_ref"]))
    schema = parse(text)
    assert "equals weight in all rows" in column_lines(text, "mass")
    assert "equals shipment_ref in all rows" in column_lines(text, "copy")
    assert ("weight" in schema.features, schema.key) == (True, ("shipment_ref",))


def test_code_beside_its_name__is_ignored_and_the_name_is_named():
    hubs = choice(["Leipzig", "Cologne", "Brussels"])
    text = infer(in_time_order(hub=hubs, hub_code=[hub[:1] for hub in hubs]))
    assert "repeats hub: each value of one has one of the other" in column_lines(text, "hub_code").replace(
        "\n  # ", " "
    )
    assert "hub" in parse(text).features


def test_columns_that_differ_in_one_row__are_both_kept():
    hubs = choice(["Leipzig", "Cologne", "Brussels"])
    codes = [hub[:1] for hub in hubs]
    codes[7] = "X"
    assert {"hub", "hub_code"} <= parse(infer(in_time_order(hub=hubs, hub_code=codes))).features.keys()


def test_numbers_that_rise_together__are_both_kept():
    price = choice(["10.50", "20.50", "40.50"])
    weight = [str(2 * float(p) + 1) for p in price]
    assert {"price", "mass"} <= parse(infer(in_time_order(price=price, mass=weight))).features.keys()


CARRIERS = ["Nord Fracht", "Alpen Express", "Linea Sud"]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (["C1", "C2", "C3"], CARRIERS, "second"),
        (["NFR", "ALX", "LIS"], CARRIERS, "second"),
        (CARRIERS, ["C1", "C2", "C3"], "first"),
        (["Nord Fracht GmbH", "Alpen Express AG", "Linea Sud SA"], CARRIERS, "second"),
        (["C-1", "C-2", "C-3"], ["C1", "C2", "C3"], "second"),
        (["C1", "C2", "C3"], ["D1", "D2", "D3"], "first"),
    ],
)
def test_of_columns_that_repeat_each_other__the_more_useful_one_is_kept(first, second, kept):
    codes = rng(41).integers(0, 3, N)
    columns = {"first": [first[code] for code in codes], "second": [second[code] for code in codes]}
    text = infer(in_time_order(**columns))
    assert {name for name in columns if parse(text).columns[name].role != "ignored"} == {kept}


def test_of_an_identifier_and_a_category_that_repeat_each_other__the_category_is_kept():
    codes = rng(42).integers(0, 25, N)
    text = infer(in_time_order(vendor_id=[f"V{code}" for code in codes], vendor=[f"V-{code}" for code in codes]))
    assert "repeats vendor:" in column_lines(text, "vendor_id").replace("\n  # ", " ")
