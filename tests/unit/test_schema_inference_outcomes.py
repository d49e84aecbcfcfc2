"""Inferred schemas: label, prediction point, post-hoc columns, key, group and exclusions."""

from datetime import datetime, timedelta

import pytest

from support.inferred_schemas import N, choice, column_lines, infer, parse, rng, shipments

LATE = rng(11).integers(0, 2, N)


def without_label(**columns):
    table = shipments(**columns)
    del table["late"]
    return table


def timestamps(hours, start=None, form="%Y-%m-%d %H:%M"):
    """Texts of timestamps: `hours` after `start`, by default random days."""
    base = [datetime(2024, 1, 1) + timedelta(days=int(d)) for d in rng(12).integers(0, 300, N)]  # noqa: DTZ001
    moments = [day + timedelta(hours=float(h)) for day, h in zip(start or base, hours, strict=True)]
    return [f"{timestamp:{form}}" for timestamp in moments]


@pytest.mark.parametrize(
    ("header", "late", "on_time"),
    [
        *[("Delayed?", "yes", "no"), ("is_overdue", "True", "False"), ("Verspätung", "ja", "nein")],
        *[("en retard", "oui", "non"), ("retrasado", "sí", "no"), ("On Time", "N", "Y"), ("OTIF", "0", "1")],
        *[("pünktlich", "nein", "ja"), ("a tiempo", "no", "sí"), ("outcome", "Late", "On time")],
        ("result", "Delayed", "Not delayed"),
    ],
)
def test_label__is_a_two_valued_column_that_says_late(header, late, on_time):
    table = without_label(**{header: [late if x else on_time for x in LATE]})
    text = infer(table)
    label = parse(text).label
    assert (label.column, label.late, label.on_time) == (header, (late,), (on_time,))
    assert f"{LATE.mean() * 100:.0f} % late" in text


def test_label_of_zeros_and_ones__needs_no_lists():
    label = parse(infer(without_label(retraso=[str(x) for x in LATE]))).label
    assert (label.column, label.late) == ("retraso", ())


def test_label_values_that_mean_neither__are_null_tokens():
    state = choice(["Late delivery", "Shipping on time", "Pending"])
    schema = parse(infer(without_label(state=state)))
    assert (schema.label.late, schema.label.on_time) == (("Late delivery",), ("Shipping on time",))
    assert "Pending" in schema.null_tokens("state")


@pytest.mark.parametrize(
    ("actual", "promised"),
    [
        *[("Actual Delivery", "Promised Delivery"), ("arrived_at", "eta"), ("received", "due date")],
        *[
            ("Zugestellt am", "Liefertermin geplant"),
            ("livré le", "livraison prévue"),
            ("entregado", "entrega prevista"),
        ],
    ],
)
def test_label__is_two_dates_if_no_column_says_late(actual, promised):
    late = rng(13).normal(0, 9, N)
    label = parse(infer(without_label(**{actual: timestamps(60 + late), promised: timestamps([60.5] * N)}))).label
    assert (label.actual, label.promised, label.column) == (actual, promised, None)


def test_promise_in_whole_days__has_a_tolerance_of_one_day():
    hours = rng(13).uniform(0, 60, N)
    text = infer(without_label(delivered=timestamps(hours + 24), due=timestamps([24] * N, form="%Y-%m-%d")))
    assert parse(text).label.tolerance == timedelta(days=1)
    assert "hence the tolerance" in text


def test_column_that_repeats_two_dates__is_post_hoc():
    hours = rng(13).normal(0, 9, N)
    table = without_label(delivered=timestamps(60 + hours), due=timestamps([60.01] * N))
    table["late"] = [str(int(a > d)) for a, d in zip(table["delivered"], table["due"], strict=True)]
    text = infer(table)
    assert parse(text).label.actual == "delivered"
    assert parse(text).is_post_hoc("late")
    assert "says the same as the label's two dates" in column_lines(text, "late")


def test_column_that_differs_from_two_dates__is_the_label_and_the_dates_are_named():
    hours = rng(13).normal(0, 9, N)
    table = shipments(delivered=timestamps(60 + hours), due=timestamps([60.01] * N))
    text = infer(table)
    assert parse(text).label.column == "late"
    assert "or two dates: delivered after due" in text


def test_prediction_point_at_dispatch__has_its_stage():
    table = shipments(placed=choice(["x", "y"]))
    table["Dispatch Date"] = table.pop("ordered_at")
    schema = parse(infer(table))
    assert (schema.prediction_point.column, schema.prediction_point.stage) == ("Dispatch Date", "dispatch")
    assert schema.columns["Dispatch Date"].available_at == "dispatch"


@pytest.mark.parametrize(
    "header", ["order date", "created", "booked on", "Bestelldatum", "date commande", "fecha pedido"]
)
def test_prediction_point__is_the_order_date_if_there_is_one(header):
    table = shipments(**{"due date": timestamps([99] * N), "shipped": timestamps([9] * N), header: timestamps([1] * N)})
    del table["ordered_at"]
    schema = parse(infer(table))
    assert schema.prediction_point.column == header
    assert schema.is_post_hoc("shipped")
    assert {feature.days for feature in schema.derived.values()} == {(header, "due date")}


def test_prediction_point__is_not_a_date_with_gaps():
    gaps = timestamps([1] * N)
    gaps[::5] = [""] * 96
    assert parse(infer(shipments(**{"order date": gaps}))).prediction_point.column == "ordered_at"


@pytest.mark.parametrize(
    "header",
    [
        *[
            "Delay Reason",
            "proof of delivery",
            "invoice amount",
            "Actual Weight",
            "Verspätungsgrund",
            "motif",
            "Order Status",
        ],
        *["statut", "retraso minutos", "Days for shipping (real)"],
    ],
)
def test_post_hoc_column__is_recognised_by_its_header(header):
    assert parse(infer(shipments(**{header: choice(["1", "2", "3"])}))).is_post_hoc(header)


@pytest.mark.parametrize("header", ["Delivery_Time", "ARRIVAL_TIME", "Zustellzeit", "duree de livraison"])
def test_duration_of_the_delivery__is_post_hoc(header):
    minutes = [str(20 + i % 70) for i in range(N)]
    schema = parse(infer(shipments(**{header: minutes, f"promised {header}": [str(i % 9) for i in range(N)]})))
    assert schema.is_post_hoc(header)
    assert not schema.is_post_hoc(f"promised {header}")


def test_current_values__are_known_on_the_way():
    speeds = [str(20 + i % 70) for i in range(N)]
    schema = parse(infer(shipments(current_speed=speeds, currency=choice(["EUR", "USD"]))))
    assert schema.columns["current_speed"].available_at == "in_transit"
    assert "currency" in schema.features


def test_status_of_something_else__is_a_feature():
    assert "Traffic Status" in parse(infer(shipments(**{"Traffic Status": choice(["Clear", "Heavy"])}))).features


def test_post_hoc_column__is_recognised_by_its_values():
    text = infer(shipments(stage=choice(["Delivered", "Lost", "In Transit"])))
    assert parse(text).is_post_hoc("stage")
    assert "its values say" in column_lines(text, "stage")


def test_post_hoc_column__is_recognised_by_measurement():
    random = rng(14)
    table = shipments()
    late = [int(x) for x in table["late"]]
    table["score"] = [f"{x + random.normal(0, 0.15):.4f}" for x in late]
    table["band"] = [("red", "green")[x] for x in late]
    table["hint"] = [("red", "green")[x if random.uniform() < 0.8 else 1 - x] for x in late]
    text = infer(table)
    schema = parse(text)
    assert [name for name in ("score", "band", "hint") if schema.is_post_hoc(name)] == ["score", "band"]
    assert "out-of-fold AUC" in column_lines(text, "score")


def test_noise_with_many_values__is_a_feature():
    table = shipments(depot=[f"D{i}" for i in rng(15).integers(0, 200, N)])
    assert "depot" in parse(infer(table)).features


def test_key__is_an_id_with_a_line_number():
    table = shipments(**{"Order Number": [f"O{i // 4}" for i in range(N)], "Line": [str(i % 4) for i in range(N)]})
    del table["shipment_ref"]
    schema = parse(infer(table))
    assert (schema.key, schema.group) == (("Order Number", "Line"), ("Order Number",))


@pytest.mark.parametrize(
    "header", ["N° expédition", "Sendungsnummer", "id_pedido", "ShipmentID", "Order #", "Auftrags-Nr."]
)
def test_key__is_recognised_in_four_languages(header):
    table = shipments()
    table[header] = table.pop("shipment_ref")
    assert parse(infer(table)).key == (header,)


def test_label_of_booleans__lists_them_as_words():
    label = parse(infer(without_label(delayed=[bool(x) for x in LATE]))).label
    assert (label.late, label.on_time) == (("True",), ("False",))


def test_table_without_id__has_no_key():
    table = shipments()
    del table["shipment_ref"]
    text = infer(table)
    assert parse(text).key == ()
    assert "a row is identified by its content" in text


def test_group__is_not_a_customer_or_vehicle_id():
    table = shipments(customer_id=[f"C{i % 160}" for i in range(N)], truck_no=[f"T{i % 120}" for i in range(N)])
    assert parse(infer(table)).group == ()


@pytest.mark.parametrize("word", ["Cancelled", "VOID", "test", "storniert", "annulé", "Cancelado", "Returned"])
def test_canceled_statuses__are_excluded(word):
    schema = parse(infer(shipments(status=choice(["open", word, "done"]))))
    assert [(rule.column, rule.equals) for rule in schema.exclude_where] == [("status", (word,))]


def test_cancel_flag__excludes_its_ones():
    schema = parse(infer(shipments(is_cancelled=choice(["0", "1"], shares=[0.9, 0.1]))))
    assert [(rule.column, rule.equals) for rule in schema.exclude_where] == [("is_cancelled", ("1",))]
