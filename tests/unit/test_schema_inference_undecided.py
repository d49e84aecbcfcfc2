"""Inferred schemas: the candidates where no label or no time was decided, and the snapshot where outcomes stop."""

from datetime import datetime, timedelta

import pytest

from support.inferred_schemas import choice, infer, parse, rng, shipments

N = 100
START = [datetime(2024, 1, 1) + timedelta(hours=11 * i) for i in range(N)]  # noqa: DTZ001


def after(hours, form="%Y-%m-%d %H:%M"):
    return [f"{start + timedelta(hours=float(h)):{form}}" for start, h in zip(START, hours, strict=True)]


def table(**columns):
    rows = {name: list(values[:N]) for name, values in {**shipments(), **columns}.items() if name != "late"}
    return {"ordered_at": after([0] * N), **{name: values for name, values in rows.items() if name != "ordered_at"}}


def candidates(text):
    """The candidates that a draft names, each on one line."""
    comments = text.replace("\n#   ", " ").splitlines()
    return [line.removeprefix("# candidate: ") for line in comments if line.startswith("# candidate: ")]


def test_undecided_label__names_the_two_best_candidates_with_evidence():
    random = rng(41)
    undecided = {
        "flag": choice(["0", "1"], shares=[0.7, 0.3]),
        "arrival delay": [str(int(x)) for x in random.normal(0, 30, N)],
        "state": choice(["ok", "slightly late", "lost"]),
        "shape": choice(["box", "bag"], seed=3),
    }
    first, second = candidates(infer(table(**undecided)))
    assert first.startswith("delay: arrival delay: header mentions 'delay'")
    assert "because its header does not say the unit" in first
    assert second.startswith("column: state: values mention being late in")


def test_undecided_label__names_two_dates_that_take_turns():
    dates = {"first_date": after(rng(42).normal(90, 9, N)), "second_date": after([90] * N)}
    [pair] = candidates(infer(table(**dates)))
    assert pair.startswith("actual: first_date, promised: second_date: later in")
    assert "because the headers do not say which is which" in pair


def test_undecided_label__names_a_flag_with_the_share_of_its_ones():
    flags = choice(["0", "1"], shares=[0.7, 0.3])
    [flag] = candidates(infer(table(flag=flags)))
    assert flag.startswith(f"column: flag: two values, 1 in {flags[:N].count('1')} % of rows")


def test_undecided_label__names_a_duration_of_the_delivery():
    [duration] = candidates(infer(table(delivery_time=[str(20 + i % 70) for i in range(N)])))
    assert duration.startswith("delay: delivery_time: a duration of the delivery; not decided")


def test_two_values_of_words__are_no_candidate():
    assert not [line for line in candidates(infer(table(area=choice(["Urban", "Metropolitan"])))) if "area" in line]


def test_without_candidates__a_draft_says_what_to_look_for():
    text = infer({"weight": shipments()["weight"][:N], "hub": choice(["A", "B", "C"])[:N]})
    label, time = sorted(candidates(text), reverse=True)[1], sorted(candidates(text))[1]
    assert {label, time} == {line for line in candidates(text) if line.startswith("nothing in this table")}
    assert "look for a status or flag (late, on time)" in text.replace("\n#   ", " ")
    assert "look for the moment of the order" in text.replace("\n#   ", " ")


def test_undecided_time__names_incomplete_dates_and_parts_of_dates():
    columns = table(late=choice(["0", "1"]))
    columns["late"] = choice(["0", "1"])[:N]
    columns["ordered_at"] = [value if i % 2 else "" for i, value in enumerate(columns["ordered_at"])]
    columns |= {"year": [str(2020 + i % 3) for i in range(N)], "month": [str(1 + i % 12) for i in range(N)]}
    first, second = candidates(infer(columns))
    assert first == "ordered_at: a date; not decided, because 50 % of rows lack it and would be quarantined"
    assert second.startswith("year, month: parts of one date")


def test_undecided_time__says_that_a_date_is_known_only_after_the_arrival():
    columns = {"delivered_on": after([9] * N), "late": choice(["0", "1"])[:N], "run": [str(7 + i) for i in range(N)]}
    first, second = candidates(infer(columns))
    assert first.startswith("delivered_on: a date; not decided, because its header says that it is known only after")
    assert second.startswith("order_by: run: rises from row to row; instead of a time, if it increases with time")


@pytest.mark.parametrize(
    ("numbers", "is_order"),
    [
        ([str(7 + 3 * i % 100) for i in range(N)], True),
        ([str(7 + 101 * i % 9973) for i in range(N)], False),
        ([f"{i}.5" for i in range(N)], False),
        (["", *map(str, range(1, N))], False),
    ],
)
def test_undecided_time__names_a_running_number_as_the_order(numbers, is_order):
    text = infer({"run": numbers, "late": choice(["0", "1"])[:N], "weight": shipments()["weight"][:N]})
    assert any(line.startswith("order_by: run: a running number") for line in candidates(text)) == is_order


def with_dates(open_rows, form="%Y-%m-%d %H:%M"):
    arrived = after(60 + rng(43).normal(0, 9, N), form)
    return table(eta=after([60] * N, form), ata=["" if i in open_rows else value for i, value in enumerate(arrived)])


def test_snapshot__is_the_last_outcome_if_the_newest_shipments_have_none():
    columns = with_dates(range(90, N))
    schema = parse(infer(columns))
    last = max(value for value in columns["ata"] if value)
    assert f"{schema.snapshot:%Y-%m-%d %H:%M}" == last
    assert "snapshot: " in infer(columns)


def test_snapshot__is_a_day_if_the_outcomes_are():
    columns = with_dates(range(90, N), "%Y-%m-%d")
    assert f"snapshot: {max(columns['ata'])}\n" in infer(columns)


@pytest.mark.parametrize("open_rows", [range(0, N, 9), range(20)])
def test_outcomes_that_are_missing_elsewhere__are_named_and_make_no_snapshot(open_rows):
    text = infer(with_dates(open_rows))
    assert parse(text).snapshot is None
    assert "of rows have no outcome, all over the table" in text


@pytest.mark.parametrize("open_rows", [(), (98, 99)])
def test_complete_outcomes__need_no_snapshot(open_rows):
    assert "snapshot: 2" not in infer(with_dates(open_rows))


def test_snapshot_of_a_label_column__is_the_last_shipment_with_an_outcome():
    columns = table()
    columns["late"] = [value if i < 90 else "" for i, value in enumerate(choice(["0", "1"])[:N])]
    assert f"{parse(infer(columns)).snapshot:%Y-%m-%d %H:%M}" == columns["ordered_at"][89]
