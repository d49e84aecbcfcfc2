"""Personal data never reaches a draft."""

import pytest
from test_schema_inference import N, choice, column, drafted, read, rng, shipments

NAMES = ["Anna Schmidt", "Jürgen Müller", "Maria García", "Jean Dupont", "Olga Petrova"]


@pytest.mark.parametrize(
    "header",
    [
        *["Name", "Customer Name", "contact", "Driver", "recipient", "Consignee", "Empfänger", "Fahrer", "Kunde"],
        *["Ansprechpartner", "destinataire", "Nom", "nombre", "conductor", "Last_Name", "Nachname", "prénom"],
    ],
)
def test_a_header_that_speaks_of_people_makes_texts_personal(header):
    text = drafted(shipments(**{header: choice(NAMES)}))
    found = read(text).columns[header]
    assert (found.role, found.pii) == ("ignored", True)
    assert not [name for name in NAMES if name in text]


@pytest.mark.parametrize(
    "header",
    [
        *["product name", "Site Name", "Country", "Port Name", "Customer Segment", "customer_city", "driver type"],
        *["Artikelname", "Recipient Country", "carrier name", "Mail Class", "Vendor"],
    ],
)
def test_a_header_that_speaks_of_things_does_not(header):
    text = drafted(shipments(**{header: choice(["alpha", "beta", "gamma"])}))
    assert not read(text).columns[header].pii


def test_counts_flags_and_dates_about_people_are_no_personal_data():
    table = shipments(customers=[str(i % 7) for i in range(N)], email_sent=choice(["yes", "no"]))
    table["sent to client date"] = table["ordered_at"]
    table["Customer"] = [f"C{i % 60:04d}" for i in range(N)]
    assert not any(found.pii for found in read(drafted(table)).columns.values())


@pytest.mark.parametrize(
    "value",
    [
        *["someone{}@mail.example", "+44 20 7946 {:04d}", "(030) 123-{:04d}", "Hauptstraße {}", "{} Baker Street"],
        *["12 rue de la Paix {}", "Calle Mayor, {}"],
    ],
)
def test_values_betray_personal_data_whatever_the_header(value):
    values = [value.format(i) for i in range(N)]
    text = drafted(shipments(info=values))
    assert read(text).columns["info"].pii
    assert not [one for one in values if one in text]


def test_one_address_in_a_column_of_words_is_enough():
    notes = choice(["fragile", "urgent"])
    notes[17] = "ask jo@mail.example"
    text = drafted(shipments(notes=notes))
    assert read(text).columns["notes"].pii
    assert "mail.example" not in text
    assert "fragile" not in text


def test_the_missing_tokens_of_a_personal_column_are_not_told():
    phones = [f"+49 30 {i}" for i in rng().integers(1_000_000, 9_999_999, N)]
    phones[::3] = ["k.A."] * 160
    assert "k.A." not in drafted(shipments(phone=phones))


def test_values_that_could_be_names_are_not_listed_and_a_person_decides():
    text = drafted(shipments(handled=choice(NAMES)))
    assert "are they people?" in column(text, "handled")
    assert not [name for name in NAMES if name in text]


def test_words_of_the_trade_are_no_names():
    modes = ["Standard Class", "First Class", "Same Day"]
    assert set(read(drafted(shipments(mode=choice(modes)))).columns["mode"].categories) == set(modes)


def test_dates_and_codes_with_signs_between_their_digits_are_no_telephone_numbers():
    table = shipments(day=[f"0{1 + i % 9}/0{1 + i % 7}/2024" for i in range(N)])
    table["part no"] = [f"00{i % 7}-{i:04d}-11" for i in range(N)]
    assert not any(found.pii for found in read(drafted(table)).columns.values())
