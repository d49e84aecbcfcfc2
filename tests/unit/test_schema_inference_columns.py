"""Inferred schemas: numbers, dates, codes, and tokens for missing values."""

import re
from datetime import datetime

import pytest

from support.inferred_schemas import N, choice, column_lines, infer, parse, rng, shipments


def numbers(low=0.5, high=90.0, seed=7):
    return rng(seed).uniform(low, high, N)


def days(pattern, seed=8, last=28):
    random = rng(seed)
    return [
        datetime(2024, int(m), int(d), 9).strftime(pattern)  # noqa: DTZ001
        for m, d in zip(random.integers(1, 13, N), random.integers(1, last + 1, N), strict=True)
    ]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        *[("Weight (kg)", "kg"), ("distance_km", "km"), ("Wait [min]", "min"), ("Humidity (%)", "%")],
        *[("waiting_time_min", "min"), ("temp_min", None), ("size_m", None), ("Weight", None), ("Price (each)", None)],
    ],
)
def test_unit__is_stated_by_the_header_and_never_guessed(header, unit):
    schema = parse(infer(shipments(**{header: [f"{x:.2f}" for x in numbers()]})))
    assert schema.columns[header].unit == unit


def test_minimum__is_zero_for_numbers_that_cannot_be_negative():
    table = shipments(price=[f"{x:.2f}" for x in numbers()], gap=[f"{x:.2f}" for x in numbers(-5)])
    table["Temperature"] = [f"{x:.1f}" for x in numbers(2, 30)]
    text = infer(table)
    assert {name: parse(text).columns[name].minimum for name in ("price", "gap", "Temperature")} == {
        "price": 0,
        "gap": None,
        "Temperature": None,
    }
    assert "…" in column_lines(text, "gap")


@pytest.mark.parametrize(
    ("written", "decimal", "thousands"),
    [
        ("{:.2f}", ".", None),
        ("{:,.2f}", ".", ","),
        ("{:,.0f}", ".", ","),
        ("decimal {:.2f}", ",", None),
        ("swapped {:,.2f}", ",", "."),
        ("spaced {:,.2f}", ",", " "),
        ("apostrophes {:,.2f}", ".", "'"),
    ],
)
def test_number_format__is_inferred_for_the_whole_table(written, decimal, thousands):
    kind, _, form = written.rpartition(" ")
    signs = {"decimal": ".,", "swapped": ",..,", "spaced": ", .,", "apostrophes": ",'"}.get(kind, "")
    swap = dict(zip(signs[::2], signs[1::2], strict=True))
    table = shipments(value=["".join(swap.get(c, c) for c in form.format(x)) for x in numbers(900, 2e6)])
    table["weight"] = [str(int(x)) for x in numbers(1, 90)]
    schema = parse(infer(table))
    assert (schema.source.decimal, schema.source.thousands) == (decimal, thousands)
    assert schema.columns["value"].role == "numeric"


def test_indian_digit_groups__are_numbers_with_commas():
    amounts = [re.sub(r"(?<=\d)(?=(\d\d)+\d{3}\.)|(?<=\d)(?=\d{3}\.)", ",", f"{x:.2f}") for x in numbers(900, 2e7)]
    assert re.fullmatch(r"\d{1,2}(,\d\d)+,\d{3}\.\d\d", max(amounts, key=len))
    schema = parse(infer(shipments(value=amounts)))
    assert (schema.source.decimal, schema.source.thousands) == (".", ",")
    assert schema.columns["value"].role == "numeric"


def test_column_in_another_number_format__is_ignored_with_the_reason():
    table = {name: [f"{x:.2f}".replace(".", ",") for x in numbers(seed=i)] for i, name in enumerate("abc")}
    text = infer(shipments(**table))  # its weights have a point
    assert parse(text).columns["weight"].role == "ignored"
    assert "numbers in another style (decimal point)" in column_lines(text, "weight")


def test_currency_signs_and_units__are_stripped():
    text = infer(shipments(fee=[f"€ {x:.2f}" for x in numbers()], load=[f"{x:.1f} t" for x in numbers()]))
    columns = parse(text).columns
    assert (columns["fee"].strip, columns["fee"].unit) == (("€",), "EUR")
    assert (columns["load"].strip, columns["load"].unit) == (("t",), "t")


def test_a_minus_behind_the_digits__is_no_unit():
    credit = [f"{x:.2f}".replace(".", ",") + "-" * (i % 3 == 0) for i, x in enumerate(numbers())]
    text = infer(shipments(credit=credit, weight=[f"{x:.2f}".replace(".", ",") for x in numbers(seed=3)]))
    assert parse(text).columns["credit"].strip == ()
    assert re.search(r"-\d+\.\d+ … \d+", column_lines(text, "credit"))


def test_second_unit__is_not_stripped_and_its_rows_are_counted():
    load = [f"{x:.1f} {'lb' if i % 25 == 0 else 'kg'}" for i, x in enumerate(numbers())]
    text = infer(shipments(load=load))
    assert parse(text).columns["load"].strip == ("kg",)
    assert "20 values are no number: those rows would be quarantined" in column_lines(text, "load")


def test_texts_among_numbers__become_sentinels_or_one_pattern():
    freight = [f"{x:.2f}" for x in numbers()]
    freight[::5] = [f"See ASN-{i} (ID#:{i})" for i in range(len(freight[::5]))]
    freight[1::10] = ["To follow"] * len(freight[1::10])
    text = infer(shipments(freight=freight))
    assert parse(text).columns["freight"].sentinels == {"see other": "See *", "to follow": "To follow"}
    assert "96 × See *, 48 × To follow" in column_lines(text, "freight")


def test_placeholder_numbers__are_sentinels():
    stock = [str(int(x)) for x in numbers(1, 60)]
    stock[::40] = ["-999"] * len(stock[::40])
    text = infer(shipments(stock=stock))
    assert parse(text).columns["stock"].sentinels == {"placeholder -999": "-999"}
    assert parse(text).columns["stock"].minimum == 0


def test_none__is_a_null_token_among_numbers_and_a_value_among_texts():
    table = shipments(why=choice(["None", "Rain", "Snow"]), stock=["None", "N/A", *map(str, range(N - 2))])
    schema = parse(infer(table))
    assert schema.source.null_tokens == ("", "N/A", "None")
    assert schema.columns["stock"].nullable
    assert (schema.columns["why"].null_tokens, schema.columns["why"].nullable) == (("", "N/A"), False)
    assert "None" in schema.columns["why"].categories


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#BEZUG!"])
def test_errors_of_a_spreadsheet__mean_missing_in_every_column(error):
    weights = [error if i % 20 == 0 else f"{weight:.1f}" for i, weight in enumerate(numbers())]
    schema = parse(infer(shipments(weight=weights, why=choice(["storm", "strike", error]))))
    assert error in schema.source.null_tokens
    assert (schema.columns["weight"].role, schema.columns["weight"].sentinels) == ("numeric", {})
    assert schema.columns["why"].categories == ("storm", "strike")


@pytest.mark.parametrize(
    "form",
    [
        *["%d-%b-%y", "%m/%d/%y", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d", "%d %B %Y", "%b %d, %Y"],
        *["%d.%m.%y %H:%M", "%m/%d/%Y %I:%M %p"],
    ],
)
def test_date_format__is_recognised(form):
    schema = parse(infer(shipments(ordered_at=days(form))))
    assert schema.source.date_formats == (form,)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S.%f"])
def test_iso_dates__are_recognised(form):
    assert parse(infer(shipments(ordered_at=days(form)))).source.date_formats == ("ISO8601",)


def test_ambiguous_day_and_month__are_marked_and_decided_by_another_column():
    doubtful = shipments(ordered_at=days("%d/%m/%Y", last=12))
    assert "day and month may be the other way round" in infer(doubtful).replace("\n#", "")
    beside = parse(infer({**doubtful, "planned": days("%d/%m/%Y")}))
    assert beside.source.date_formats == ("%d/%m/%Y",)
    assert parse(infer(doubtful)).source.date_formats == ("%m/%d/%Y",)
    assert parse(infer(doubtful, delimiter=";")).source.date_formats == ("%d/%m/%Y",)


def test_contradictory_date_formats__are_marked():
    text = infer(shipments(ordered_at=days("%d/%m/%Y"), planned=days("%m/%d/%Y")))
    assert "contradict each other" in text


@pytest.mark.parametrize(
    ("form", "first", "step"), [("excel", 45_000, 1), ("epoch_s", 1_700_000_000, 3600), ("epoch_ms", 1.7e12, 36e5)]
)
def test_numeric_dates__are_recognised_by_header_and_range(form, first, step):
    table = shipments(ordered_at=[str(int(first + step * int(i))) for i in rng().integers(0, 300, N)])
    schema = parse(infer(table))
    assert (schema.source.date_formats, schema.prediction_point.column) == ((form,), "ordered_at")
    table["stock"] = table.pop("ordered_at")
    assert "role: numeric" in column_lines(infer(table), "stock")


def test_texts_and_placeholder_dates__become_sentinels():
    quoted = days("%Y-%m-%d")
    quoted[::8], quoted[1::20] = ["Not captured"] * 60, ["9999-12-31"] * 24
    text = infer(shipments(quoted=quoted))
    assert set(parse(text).columns["quoted"].sentinels.values()) == {"Not captured", "9999-12-31"}
    assert "60 × Not captured, 24 × 9999-12-31" in column_lines(text, "quoted")


def test_categories__are_listed_if_they_are_few():
    text = infer(shipments(mode=choice(["Air", "Sea"]), town=[f"T{i % 40}x" for i in range(N)]))
    assert set(parse(text).columns["mode"].categories) == {"Air", "Sea"}
    assert parse(text).columns["town"].categories is None
    assert "40 values" in column_lines(text, "town")


def test_role__of_codes_ids_counts_and_long_texts():
    random = rng()
    columns = {
        "Plant Code": choice(["01067", "04109"]),
        "Invoice No": [str(i) for i in random.integers(0, 9_999_999, N)],
        "Route Code": choice(["12", "40"], seed=3),
        "Number of stops": choice(["1", "2", "3"]),
        "remark": [f"please ring the bell {i} times and leave it" for i in range(N)],
        "firm": ["ours"] * N,
        "Bemerkungen": choice(["ring twice", "with care"]),
    }
    inferred = parse(infer(shipments(**columns))).columns
    assert {name: inferred[name].role for name in columns} == {
        "Plant Code": "categorical",
        "Invoice No": "identifier",
        "Route Code": "categorical",
        "Number of stops": "numeric",
        "remark": "ignored",
        "firm": "ignored",
        "Bemerkungen": "ignored",
    }


@pytest.mark.parametrize(
    ("first", "second", "order"),
    [
        ("12.97,77.59", "13.08, 80.27", "lat_lon"),
        ("(48.85; 2.35)", "(43.30; 5.37)", "lat_lon"),
        ("POINT(77.59 12.97)", "POINT(80.27 13.08)", "lon_lat"),
        ("101.69 3.14", "103.82 1.35", "lon_lat"),
    ],
)
def test_points_in_one_text__are_coordinates_with_a_distance(first, second, order):
    schema = parse(infer(shipments(Org_point=choice([first, second]), Des_point=choice([second, first], seed=3))))
    assert (schema.columns["Org_point"].role, schema.columns["Org_point"].axis_order) == ("coordinates", order)
    assert schema.derived["great-circle distance in kilometers"].haversine == ("Org_point", "Des_point")


@pytest.mark.parametrize("value", ["12,97", "3.5x2.5", "A 12.97", "912.97,77.59"])
def test_other_pairs_of_numbers__are_no_coordinates(value):
    assert parse(infer(shipments(size=choice([value, "12.97,77.59x"])))).columns["size"].role != "coordinates"
