"""Schemas inferred from whole tables: a German CSV file, a workbook, a Parquet file, and the two public ones."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from delay_core.ports.table_sampler import Sample
from delay_core.schema import SourceFormat
from delay_core.schema_inference import infer_schema
from delay_core.validation import ShipmentValidator
from support.inferred_schemas import N, choice, column_lines, infer, parse, rng

SEMICOLONS = {"delimiter": ";", "encoding": "latin-1"}


def german():
    """A latin-1 file with semicolons, decimal commas and people in it."""
    random = rng(3)
    ordered = [datetime(2023, 1, 3) + timedelta(days=int(d)) for d in random.integers(0, 400, N)]  # noqa: DTZ001
    arrived = [day + timedelta(days=int(d)) for day, d in zip(ordered, random.integers(1, 12, N), strict=True)]
    return {
        "Auftragsnummer": [f"A{100000 + i}" for i in range(N)],
        "Kunde": choice(["Anna Schmidt", "Jürgen Müller", "Petra Weiß"]),
        "Straße": [f"Lindenweg {i}" for i in random.integers(1, 99, N)],
        "PLZ": choice(["01067", "10115", "80331"]),
        "Ort": choice(["Dresden", "Berlin", "München"]),
        "Werk": choice(["0100", "0210"], seed=6),
        "E-Mail": [f"kunde{i}@beispiel.example" for i in random.integers(0, 300, N)],
        "Telefon": [f"+49 30 {i}" for i in random.integers(1_000_000, 9_999_999, N)],
        "Status": choice(["geliefert", "storniert", "unterwegs"], shares=[0.85, 0.05, 0.1]),
        "Bestelldatum": [f"{day:%d.%m.%Y}" for day in ordered],
        "Lieferdatum": [f"{day:%d.%m.%Y}" for day in arrived],
        "Gewicht": [f"{w:.1f} kg".replace(".", ",") for w in random.uniform(0.5, 60, N)],
        "Warenwert": [f"{w:,.2f}".translate(str.maketrans(",.", ".,")) for w in random.uniform(5, 9000, N)],
        "Bemerkung": choice(["", "n/a"]),
        "verspätet": choice(["0", "1"], shares=[0.8, 0.2]),
    }


def workbook():
    """Typed values: text among the dates, dates of 1899, ids that repeat."""
    random = rng(4)
    ordered = [datetime(2024, 1, 1) + timedelta(hours=int(h)) for h in random.integers(0, 7000, N)]  # noqa: DTZ001
    due: list[object] = [day + timedelta(days=3) for day in ordered]
    due[::9] = [f"{day + timedelta(days=3):%d/%m/%Y}" for day in ordered[::9]]
    due[4::50] = [datetime(1899, 12, 30)] * len(due[4::50])  # noqa: DTZ001
    ids = [f"S-{1000 + i}" for i in range(N)]
    ids[7], ids[77], ids[177] = ids[6], ids[76], ids[176]
    return {
        "Shipment ID": ids,
        "Order Date": ordered,
        "Due Date": due,
        "Carrier": choice(["DHL", "UPS", "DPD"]),
        "Weight (kg)": [None if i % 25 == 0 else float(w) for i, w in enumerate(random.uniform(1, 90, N).round(2))],
        "Delay Minutes": [int(m) for m in random.integers(0, 600, N)],
        "Late": [int(x) for x in random.integers(0, 2, N)],
    }


def parcels():
    """Two moments in UTC, ids within ids, where from and where to."""
    random = rng(5)
    consignments = [i // 3 for i in range(900)]
    promised = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=20 * (c // 2 * 37 % 9000)) for c in consignments]
    arrived = [due + timedelta(minutes=int(m)) for due, m in zip(promised, random.normal(-60, 200, 900), strict=True)]
    return {
        "order_id": [f"O{c // 2:05d}" for c in consignments],
        "consignment_id": [f"C{c:06d}" for c in consignments],
        "parcel_id": [f"P{i:07d}" for i in range(900)],
        "promised_at": promised,
        "delivered_at": [None if i % 30 == 0 else moment for i, moment in enumerate(arrived)],
        "dest_lat": random.uniform(47, 54, 900),
        "dest_lon": random.uniform(6, 14, 900),
        "origin_lat": random.uniform(47, 54, 900),
        "origin_lon": random.uniform(6, 14, 900),
        "service": [("next day", "economy")[i] for i in random.integers(0, 2, 900)],
    }


def counts(table, text):
    return ShipmentValidator(parse(text)).validate(pd.DataFrame(table).astype(object)).counts


@pytest.mark.parametrize(("make", "form"), [(german, SEMICOLONS), (workbook, {}), (parcels, {})])
def test_inferred_schema__accepts_its_own_table(make, form):
    table = make()
    counted = counts(table, infer(table, **form))
    assert counted.quarantined <= 3  # the three repeated ids of the workbook
    assert counted.accepted > 0.9 * counted.read


def test_german_file__has_its_source_format():
    source = parse(infer(german(), **SEMICOLONS)).source
    assert (source.delimiter, source.encoding, source.date_formats) == (";", "latin-1", ("%d.%m.%Y",))
    assert (source.decimal, source.thousands, source.null_tokens) == (",", ".", ("", "n/a"))


def test_german_file__has_label_prediction_point_key_and_exclusions():
    schema = parse(infer(german(), **SEMICOLONS))
    assert (schema.label.column, schema.prediction_point.column, schema.key) == (
        "verspätet",
        "Bestelldatum",
        ("Auftragsnummer",),
    )
    assert [(rule.column, rule.equals) for rule in schema.exclude_where] == [("Status", ("storniert",))]
    assert {name for name in schema.columns if schema.is_post_hoc(name)} == {"Status", "Lieferdatum", "verspätet"}


def test_german_file__has_roles_units_and_codes():
    schema = parse(infer(german(), **SEMICOLONS))
    personal = {name for name, column in schema.columns.items() if column.pii}
    assert personal == {"Kunde", "Straße", "PLZ", "E-Mail", "Telefon"}
    weight = schema.columns["Gewicht"]
    assert (weight.role, weight.strip, weight.unit, weight.minimum) == ("numeric", ("kg",), "kg", 0)
    assert schema.columns["Werk"].categories is not None  # a code with leading zeros is no number
    assert schema.columns["Bemerkung"].role == "ignored"


def test_german_file__shows_no_personal_value():
    table = german()
    text = infer(table, **SEMICOLONS)
    for name in ("Kunde", "Straße", "E-Mail", "Telefon"):
        assert not [value for value in set(table[name]) if value in text]


def test_workbook__with_mixed_dates_and_repeated_ids():
    text = infer(workbook())
    schema = parse(text)
    assert (schema.label.column, schema.label.late, schema.prediction_point.column) == ("Late", (), "Order Date")
    assert schema.source.date_formats == ("%d/%m/%Y",)
    assert schema.columns["Due Date"].sentinels == {"placeholder 1899-12-30": "1899-12-30"}
    assert "10 × 1899-12-30" in column_lines(text, "Due Date")
    assert schema.key == ("Shipment ID",)
    assert "ids repeat in 3 rows: those rows would be quarantined" in text
    assert schema.columns["Weight (kg)"].nullable
    assert schema.columns["Weight (kg)"].unit == "kg"
    assert schema.is_post_hoc("Delay Minutes")


def test_parcels__have_a_label_of_two_dates_nested_groups_and_a_distance():
    schema = parse(infer(parcels()))
    assert (schema.label.actual, schema.label.promised) == ("delivered_at", "promised_at")
    assert (schema.prediction_point.column, schema.key) == ("promised_at", ("parcel_id",))
    assert schema.group == ("consignment_id", "order_id")
    assert schema.derived["great-circle distance in kilometers"].haversine == (
        *("origin_lat", "origin_lon"),
        *("dest_lat", "dest_lon"),
    )
    assert schema.calendar[0].parts == ("hour", "weekday", "month")
    assert (schema.columns["dest_lat"].minimum, schema.columns["dest_lon"].maximum) == (-90, 180)


def real(path):
    rows = pd.read_csv(path, dtype=str, keep_default_na=False).astype(object)
    return rows, infer_schema(Sample(rows, SourceFormat(), (), whole=True), path.stem)


def test_real_deliveries__match_the_schema_that_a_person_wrote(smart_logistics):
    path = smart_logistics.parents[1] / "scms" / "scms.csv"
    if not path.is_file():
        pytest.skip(f"real data: {path} is absent")
    rows, text = real(path)
    schema = parse(text)
    assert (schema.label.actual, schema.label.promised) == ("Delivered to Client Date", "Scheduled Delivery Date")
    assert (schema.prediction_point.column, schema.group, schema.key) == (
        "Scheduled Delivery Date",
        ("ASN/DN #",),
        ("ID",),
    )
    assert set(schema.source.date_formats) == {"%d-%b-%y", "%m/%d/%y"}
    assert set(schema.columns["PO Sent to Vendor Date"].sentinels.values()) == {"N/A - From RDC", "Date Not Captured"}
    assert "See *" in schema.columns["Freight Cost (USD)"].sentinels.values()
    posthoc = {name for name in schema.columns if schema.is_post_hoc(name)}
    assert {"Delivered to Client Date", "Delivery Recorded Date"} <= posthoc
    assert not any(column.pii for column in schema.columns.values())
    assert ShipmentValidator(schema).validate(rows).counts.quarantined == 0


def test_real_readings__have_their_leaks_marked_post_hoc(smart_logistics):
    rows, text = real(smart_logistics)
    schema = parse(text)
    assert (schema.label.column, schema.prediction_point.column) == ("Logistics_Delay", "Timestamp")
    posthoc = {name for name in schema.columns if schema.is_post_hoc(name)}
    assert posthoc == {"Shipment_Status", "Logistics_Delay_Reason", "Logistics_Delay"}
    assert "None" in (schema.columns["Logistics_Delay_Reason"].categories or ())
    assert ShipmentValidator(schema).validate(rows).counts.quarantined == 0
