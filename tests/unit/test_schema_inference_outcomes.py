"""What a draft takes for the label and the prediction point, and what it takes for a leak."""

from datetime import datetime, timedelta

import pytest
from test_schema_inference import N, choice, column, drafted, read, rng, shipments

LATE = rng(11).integers(0, 2, N)


def without_label(**columns):
    table = shipments(**columns)
    del table["late"]
    return table


def moments(hours, start=None, form="%Y-%m-%d %H:%M"):
    """Moments so many hours after others, or after those of rng(12)."""
    base = [datetime(2024, 1, 1) + timedelta(days=int(d)) for d in rng(12).integers(0, 300, N)]  # noqa: DTZ001
    found = [day + timedelta(hours=float(h)) for day, h in zip(start or base, hours, strict=True)]
    return [f"{moment:{form}}" for moment in found]


@pytest.mark.parametrize(
    ("header", "late", "on_time"),
    [
        *[("Delayed?", "yes", "no"), ("is_overdue", "True", "False"), ("Verspätung", "ja", "nein")],
        *[("en retard", "oui", "non"), ("retrasado", "sí", "no"), ("On Time", "N", "Y"), ("OTIF", "0", "1")],
        *[("pünktlich", "nein", "ja"), ("a tiempo", "no", "sí"), ("outcome", "Late", "On time")],
        ("result", "Delayed", "Not delayed"),
    ],
)
def test_a_two_valued_column_that_speaks_of_lateness_is_the_label(header, late, on_time):
    table = without_label(**{header: [late if x else on_time for x in LATE]})
    text = drafted(table)
    label = read(text).label
    assert (label.column, label.late, label.on_time) == (header, (late,), (on_time,))
    assert f"{LATE.mean() * 100:.0f} % late" in text


def test_zeros_and_ones_need_no_lists():
    label = read(drafted(without_label(retraso=[str(x) for x in LATE]))).label
    assert (label.column, label.late) == ("retraso", ())


def test_values_that_mean_neither_leave_the_outcome_open():
    state = choice(["Late delivery", "Shipping on time", "Pending"])
    schema = read(drafted(without_label(state=state)))
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
def test_two_dates_tell_it_where_no_column_does(actual, promised):
    late = rng(13).normal(0, 9, N)
    label = read(drafted(without_label(**{actual: moments(60 + late), promised: moments([60.5] * N)}))).label
    assert (label.actual, label.promised, label.column) == (actual, promised, None)


def test_a_promise_that_is_a_day_counts_until_its_end():
    hours = rng(13).uniform(0, 60, N)
    text = drafted(without_label(delivered=moments(hours + 24), due=moments([24] * N, form="%Y-%m-%d")))
    assert read(text).label.tolerance == timedelta(days=1)
    assert "hence the tolerance" in text


def test_a_column_that_only_repeats_two_dates_is_no_label():
    hours = rng(13).normal(0, 9, N)
    table = without_label(delivered=moments(60 + hours), due=moments([60.01] * N))
    table["late"] = [str(int(a > d)) for a, d in zip(table["delivered"], table["due"], strict=True)]
    text = drafted(table)
    assert read(text).label.actual == "delivered"
    assert read(text).is_post_hoc("late")
    assert "says the same as the label's two dates" in column(text, "late")


def test_a_column_that_says_otherwise_than_two_dates_is_the_label_and_the_dates_are_told():
    hours = rng(13).normal(0, 9, N)
    table = shipments(delivered=moments(60 + hours), due=moments([60.01] * N))
    text = drafted(table)
    assert read(text).label.column == "late"
    assert "or two dates: delivered after due" in text


def test_the_prediction_point_at_dispatch_brings_its_stage():
    table = shipments(placed=choice(["x", "y"]))
    table["Dispatch Date"] = table.pop("ordered_at")
    schema = read(drafted(table))
    assert (schema.prediction_point.column, schema.prediction_point.stage) == ("Dispatch Date", "dispatch")
    assert schema.columns["Dispatch Date"].available_at == "dispatch"


@pytest.mark.parametrize(
    "header", ["order date", "created", "booked on", "Bestelldatum", "date commande", "fecha pedido"]
)
def test_the_date_of_ordering_is_preferred_to_other_dates(header):
    table = shipments(**{"due date": moments([99] * N), "shipped": moments([9] * N), header: moments([1] * N)})
    del table["ordered_at"]
    schema = read(drafted(table))
    assert schema.prediction_point.column == header
    assert schema.is_post_hoc("shipped")
    assert {feature.days for feature in schema.derived.values()} == {(header, "due date")}


def test_a_date_with_gaps_is_no_prediction_point():
    gaps = moments([1] * N)
    gaps[::5] = [""] * 96
    assert read(drafted(shipments(**{"order date": gaps}))).prediction_point.column == "ordered_at"


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
def test_headers_betray_what_is_known_only_afterwards(header):
    assert read(drafted(shipments(**{header: choice(["1", "2", "3"])}))).is_post_hoc(header)


def test_the_status_of_something_else_is_a_feature():
    assert "Traffic Status" in read(drafted(shipments(**{"Traffic Status": choice(["Clear", "Heavy"])}))).features


def test_values_betray_what_is_known_only_afterwards():
    text = drafted(shipments(stage=choice(["Delivered", "Lost", "In Transit"])))
    assert read(text).is_post_hoc("stage")
    assert "its values say" in column(text, "stage")


def test_a_column_that_separates_late_from_on_time_is_measured_and_told():
    random = rng(14)
    table = shipments()
    late = [int(x) for x in table["late"]]
    table["score"] = [f"{x + random.normal(0, 0.15):.4f}" for x in late]
    table["band"] = [("red", "green")[x] for x in late]
    table["hint"] = [("red", "green")[x if random.uniform() < 0.8 else 1 - x] for x in late]
    text = drafted(table)
    schema = read(text)
    assert [name for name in ("score", "band", "hint") if schema.is_post_hoc(name)] == ["score", "band"]
    assert "out-of-fold AUC" in column(text, "score")


def test_a_column_of_noise_with_many_values_is_not_measured_as_a_leak():
    table = shipments(depot=[f"D{i}" for i in rng(15).integers(0, 200, N)])
    assert "depot" in read(drafted(table)).features


def test_an_id_with_a_line_number_is_a_key_of_two_columns():
    table = shipments(**{"Order Number": [f"O{i // 4}" for i in range(N)], "Line": [str(i % 4) for i in range(N)]})
    del table["shipment_ref"]
    schema = read(drafted(table))
    assert (schema.key, schema.group) == (("Order Number", "Line"), ("Order Number",))


@pytest.mark.parametrize(
    "header", ["N° expédition", "Sendungsnummer", "id_pedido", "ShipmentID", "Order #", "Auftrags-Nr."]
)
def test_headers_of_ids_are_known_in_four_languages(header):
    table = shipments()
    table[header] = table.pop("shipment_ref")
    assert read(drafted(table)).key == (header,)


def test_a_label_of_booleans_lists_them_as_words():
    label = read(drafted(without_label(delayed=[bool(x) for x in LATE]))).label
    assert (label.late, label.on_time) == (("True",), ("False",))


def test_without_an_id_a_row_is_named_by_its_content():
    table = shipments()
    del table["shipment_ref"]
    text = drafted(table)
    assert read(text).key == ()
    assert "a row is named by its content" in text


def test_ids_of_customers_or_vehicles_are_no_groups():
    table = shipments(customer_id=[f"C{i % 160}" for i in range(N)], truck_no=[f"T{i % 120}" for i in range(N)])
    assert read(drafted(table)).group == ()


@pytest.mark.parametrize("word", ["Cancelled", "VOID", "test", "storniert", "annulé", "Cancelado", "Returned"])
def test_statuses_of_shipments_that_came_to_nothing_are_excluded(word):
    schema = read(drafted(shipments(status=choice(["open", word, "done"]))))
    assert [(rule.column, rule.equals) for rule in schema.exclude_where] == [("status", (word,))]


def test_a_flag_that_says_cancelled_excludes_its_ones():
    schema = read(drafted(shipments(is_cancelled=choice(["0", "1"], shares=[0.9, 0.1]))))
    assert [(rule.column, rule.equals) for rule in schema.exclude_where] == [("is_cancelled", ("1",))]
