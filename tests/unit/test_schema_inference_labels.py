"""Inferred schemas: labels in plain and in odd wording, and the columns that a prediction is made at."""

import re
from datetime import datetime, timedelta

import pytest

from support.inferred_schemas import choice, column_lines, infer, parse, rng, shipments

N = 100
LATE = rng(21).integers(0, 2, N)
START = [datetime(2024, 1, 1) + timedelta(hours=11 * i) for i in range(N)]  # noqa: DTZ001


def after(hours):
    return [f"{start + timedelta(hours=float(h)):%Y-%m-%d %H:%M}" for start, h in zip(START, hours, strict=True)]


def without_label(**columns):
    table = {name: values[:N] for name, values in shipments().items() if name != "late"}
    return {**table, "ordered_at": after([0] * N), **columns}


PROMISED = after([60] * N)
ACTUAL = after(60 + rng(22).normal(0, 9, N))


@pytest.mark.parametrize(
    ("header", "late", "on_time"),
    [
        *[("label", "1", "0"), ("target", "true", "false"), ("y", "yes", "no"), ("Zielvariable", "ja", "nein")],
        *[
            ("is_late", "1", "0"),
            ("delayed", "1", "0"),
            ("otd", "0", "1"),
            ("on_time", "N", "Y"),
            ("atrasado", "sim", "não"),
        ],
        *[("label", "R", "G"), ("not on time", "1", "0"), ("no prazo", "não", "sim")],
    ],
)
def test_label__is_a_two_valued_column_that_is_named_so(header, late, on_time):
    label = parse(infer(without_label(**{header: [late if x else on_time for x in LATE]}))).label
    assert label.column == header
    assert (label.late, label.on_time) in (((late,), (on_time,)), ((), ()))
    assert bool(label.late) == ((late, on_time) != ("1", "0"))


def test_label_named_label__says_which_value_is_considered_late():
    assert "header says 'label'; 1 is considered late: check" in infer(without_label(label=[str(x) for x in LATE]))


def test_zero_and_one_under_a_header_that_says_on_time__are_a_question_with_the_share_of_each():
    text = infer(without_label(**{"Reached.on.Time_Y.N": ["1"] * 60 + ["0"] * 40}))
    assert parse(text).label.late == ("0",)
    assert (
        "1. label: Reached.on.Time_Y.N: the column is 0 in 40 % and 1 in 60 % of rows, and the draft considers 0 late. "
        "Which one is late? Some tables with such a header write 1 for not on time"
    ) in re.sub(r"\n# +", " ", text)
    assert "Which one is late?" not in infer(without_label(on_time=["Y", "N"] * 50))
    assert "Which one is late?" not in infer(without_label(late=["1", "0"] * 50))


@pytest.mark.parametrize(
    ("actual", "promised"),
    [
        *[("shipped", "required"), ("ata", "eta"), ("actual", "promised"), ("done", "due"), ("real", "planned")],
        *[
            ("Ist", "Soll"),
            ("actual_eta", "Planned_ETA"),
            ("ATD", "STD"),
            ("WADAT_IST", "WADAT"),
            ("Date réelle", "Date prévue"),
        ],
        *[("fecha real", "fecha prevista"), ("entregue em", "previsto para"), ("Delivered", "Delivery Appt")],
    ],
)
def test_label__is_two_dates_in_any_wording(actual, promised):
    schema = parse(infer(without_label(**{actual: ACTUAL, promised: PROMISED})))
    assert (schema.label.actual, schema.label.promised) == (actual, promised)
    assert schema.prediction_point.column == "ordered_at"


def test_departure__does_not_answer_the_promise_of_an_arrival():
    text = infer(without_label(shipped=ACTUAL, **{"promised delivery": PROMISED}))
    assert "label: {column: '???'}" in text


def test_date_pairs__compare_departures_with_departures_and_arrivals_with_arrivals():
    table = without_label(std=PROMISED, atd=ACTUAL, sta=after([90] * N), ata=after(90 + rng(23).normal(0, 9, N)))
    schema = parse(infer(table))
    assert (schema.label.actual, schema.label.promised) == ("ata", "sta")


def test_planned_departure__is_the_prediction_point_before_the_actual_one():
    table = without_label(std=PROMISED, atd=ACTUAL, sta=after([90] * N), ata=after(90 + rng(23).normal(0, 9, N)))
    del table["ordered_at"]
    schema = parse(infer(table))
    assert schema.prediction_point.column == "std"
    assert schema.is_post_hoc("atd")


def test_prediction_point__is_not_mostly_after_the_outcome():
    table = without_label(**{"due": PROMISED, "delivered": ACTUAL, "export time": after([400] * N)})
    table["created"] = [value if i % 9 else "" for i, value in enumerate(table.pop("ordered_at"))]
    assert parse(infer(table)).prediction_point.column == "due"


@pytest.mark.parametrize(("late", "on_time"), [("R", "G"), ("1", "1"), ("x", "x")])
def test_label__is_two_columns_that_exclude_each_other(late, on_time):
    marks = {"ontime": ["" if x else on_time for x in LATE], "delay": [late if x else "" for x in LATE]}
    label = parse(infer(without_label(**marks))).label
    assert (label.late_column, label.on_time_column) == ("delay", "ontime")
    assert (label.late, label.on_time) == (((), ()) if late == "1" else ((late,), (on_time,)))


def test_columns_that_mark_the_same_shipments__are_no_label():
    marks = {"ontime": ["G" if x else "" for x in LATE], "delay": ["R" if x else "" for x in LATE]}
    assert "label: {column: '???'}" in infer(without_label(**marks))


@pytest.mark.parametrize(
    ("header", "unit"), [("delay_minutes", "minutes"), ("Days late", "days"), ("Verspätung (h)", "hours")]
)
def test_label__is_a_delay_in_numbers_if_nothing_else_shows_delays(header, unit):
    schema = parse(infer(without_label(**{header: [str(int(x)) for x in rng(24).normal(0, 40, N)]})))
    assert (schema.label.delay, schema.label.unit) == (header, unit)
    assert schema.is_post_hoc(header)


def test_delay_in_numbers__gives_way_to_two_dates():
    table = without_label(eta=PROMISED, ata=ACTUAL, delay_minutes=[str(int(x)) for x in rng(24).normal(0, 40, N)])
    assert parse(infer(table)).label.actual == "ata"


def test_port_of_discharge__is_no_proof_of_delivery():
    table = shipments(POD=choice(["DEHAM", "NLRTM", "BEANR"]), pod_signed=choice(["DEHAM", "NLRTM", "BEANR"], seed=3))
    schema = parse(infer(table))
    assert "POD" in schema.features
    assert "header says 'pod signed'" not in column_lines(infer(table), "POD")
    assert schema.is_post_hoc("pod_signed")
