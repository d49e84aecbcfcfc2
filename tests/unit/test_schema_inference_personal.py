"""Personal data: recognised by headers and values, and never shown in an inferred schema."""

import pytest

from support.inferred_schemas import N, choice, column_lines, infer, parse, rng, shipments

NAMES = ["Anna Schmidt", "Jürgen Müller", "Maria García", "Jean Dupont", "Olga Petrova"]


@pytest.mark.parametrize(
    "header",
    [
        *["Name", "Customer Name", "contact", "Driver", "recipient", "Consignee", "Empfänger", "Fahrer", "Kunde"],
        *["Ansprechpartner", "destinataire", "Nom", "nombre", "conductor", "Last_Name", "Nachname", "prénom"],
    ],
)
def test_text_column__is_pii_if_its_header_names_people(header):
    text = infer(shipments(**{header: choice(NAMES)}))
    column = parse(text).columns[header]
    assert (column.role, column.pii) == ("ignored", True)
    assert not [name for name in NAMES if name in text]


@pytest.mark.parametrize(
    "header",
    [
        *["product name", "Site Name", "Country", "Port Name", "Customer Segment", "customer_city", "driver type"],
        *["Artikelname", "Recipient Country", "carrier name", "Mail Class", "Vendor"],
    ],
)
def test_text_column__is_not_pii_if_its_header_names_things(header):
    text = infer(shipments(**{header: choice(["alpha", "beta", "gamma"])}))
    assert not parse(text).columns[header].pii


def test_counts_flags_and_dates__are_not_pii():
    table = shipments(customers=[str(i % 7) for i in range(N)], email_sent=choice(["yes", "no"]))
    table["sent to client date"] = table["ordered_at"]
    table["Customer"] = [f"C{i % 60:04d}" for i in range(N)]
    assert not any(column.pii for column in parse(infer(table)).columns.values())


@pytest.mark.parametrize(
    "value",
    [
        *["someone{}@mail.example", "+44 20 7946 {:04d}", "(030) 123-{:04d}", "Hauptstraße {}", "{} Baker Street"],
        *["12 rue de la Paix {}", "Calle Mayor, {}"],
    ],
)
def test_pii__is_recognised_by_values_whatever_the_header(value):
    values = [value.format(i) for i in range(N)]
    text = infer(shipments(info=values))
    assert parse(text).columns["info"].pii
    assert not [one for one in values if one in text]


def test_pii__is_recognised_by_one_address():
    notes = choice(["fragile", "urgent"])
    notes[17] = "ask jo@mail.example"
    text = infer(shipments(notes=notes))
    assert parse(text).columns["notes"].pii
    assert "mail.example" not in text
    assert "fragile" not in text


def test_null_tokens_of_pii__do_not_appear():
    phones = [f"+49 30 {i}" for i in rng().integers(1_000_000, 9_999_999, N)]
    phones[::3] = ["k.A."] * 160
    assert "k.A." not in infer(shipments(phone=phones))


def test_values_like_names__are_not_listed_and_marked_for_review():
    text = infer(shipments(handled=choice(NAMES)))
    assert "are they people?" in column_lines(text, "handled")
    assert not [name for name in NAMES if name in text]


def test_logistics_terms__are_not_names():
    modes = ["Standard Class", "First Class", "Same Day"]
    assert set(parse(infer(shipments(mode=choice(modes)))).columns["mode"].categories) == set(modes)


def test_dates_and_codes__are_not_telephone_numbers():
    table = shipments(day=[f"0{1 + i % 9}/0{1 + i % 7}/2024" for i in range(N)])
    table["part no"] = [f"00{i % 7}-{i:04d}-11" for i in range(N)]
    assert not any(column.pii for column in parse(infer(table)).columns.values())
