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
    assert "1 of 480 rows has an e-mail address, such as j…@….example; if no other" in text.replace("\n  # ", " ")


def test_null_tokens_of_pii__do_not_appear():
    phones = [f"+49 30 {i}" for i in rng().integers(1_000_000, 9_999_999, N)]
    phones[::3] = ["k.A."] * 160
    assert "k.A." not in infer(shipments(phone=phones))


def test_values_like_names__are_pii_if_their_first_names_are_frequent():
    text = infer(shipments(handled=choice(NAMES)))
    assert parse(text).columns["handled"].pii
    assert "its values look like names of people" in column_lines(text, "handled")
    assert not [name for name in NAMES if name in text]


def test_other_values_like_names__are_not_listed_and_marked_for_review():
    names = ["Zofran Quist", "Belmor Tack", "Ondra Vell"]
    text = infer(shipments(handled=choice(names)))
    assert not parse(text).columns["handled"].pii
    assert "are they people?" in column_lines(text, "handled")
    assert not [name for name in names if name in text]


@pytest.mark.parametrize("header", ["Vessel", "Schiffsname", "navire", "buque", "Airline"])
def test_names_of_ships_and_airlines__are_not_people(header):
    ships = choice(["Emma Maersk", "Maria Star", "Anna Marie", "Cap San Lorenzo"])
    assert not parse(infer(shipments(**{header: ships}))).columns[header].pii


@pytest.mark.parametrize(
    ("header", "values"),
    [
        *[("Dest ZIP", ["75201", "38103"]), ("Code postal", ["75011", "13001"]), ("PLZ", ["01067", "80331"])],
        *[
            ("customer_zip_code_prefix", ["14409", "1310"]),
            ("codigo_postal", ["28001", "08001"]),
            ("CEP", ["01310-100"]),
        ],
        *[("place", ["SW1A 1AA", "M1 2AB", "EC2A 4BX"]), ("where", ["1012 AB", "3511 KX"])],
    ],
)
def test_postal_codes__are_pii_by_header_or_values(header, values):
    assert parse(infer(shipments(**{header: choice(values)}))).columns[header].pii


@pytest.mark.parametrize("header", ["ShipToName", "bill to name", "Picker", "motorista", "nome"])
def test_consignees_and_staff__are_people(header):
    assert parse(infer(shipments(**{header: choice(NAMES)}))).columns[header].pii


@pytest.mark.parametrize(
    "values", [["529.982.247-25", "168.995.350-09"], ["DE136695976", "FR40303265045"], ["12345678Z", "87654321X"]]
)
def test_tax_numbers__are_pii_by_their_values(values):
    assert parse(infer(shipments(info=choice(values)))).columns["info"].pii


def test_logistics_terms__are_not_names():
    modes = ["Standard Class", "First Class", "Same Day"]
    assert set(parse(infer(shipments(mode=choice(modes)))).columns["mode"].categories) == set(modes)


def test_dates_and_codes__are_not_telephone_numbers():
    table = shipments(day=[f"0{1 + i % 9}/0{1 + i % 7}/2024" for i in range(N)])
    table["part no"] = [f"00{i % 7}-{i:04d}-11" for i in range(N)]
    assert not any(column.pii for column in parse(infer(table)).columns.values())
