"""Lists that people keep in spreadsheets, in German and in French."""

from support.exports.columns import Columns, blank_from, french, text
from support.exports.export import Export


def german_list() -> Export:
    """Semicolons, decimal commas, Soll and Ist, a column of schedule adherence."""
    draw = Columns(41)
    ordered = draw.moments("2023-05-02", 300)
    wanted = draw.after(ordered, 72, 400)
    arrived = draw.after(wanted, -100, 70)
    late = [a.date() > w.date() for a, w in zip(arrived, wanted, strict=True)]
    return Export(
        "German list",
        {
            "Lfd. Nr.": [str(i + 1) for i in range(draw.rows)],
            "Auftrags-Nr.": [f"A-{2300000 + 9 * i}" for i in range(draw.rows)],
            "Kunde": draw.people(),
            "Straße": [f"Am Markt {i}" for i in draw.random.integers(1, 99, draw.rows)],
            "PLZ": draw.choice(["01067", "10115", "80331"]),
            "Ort": draw.choice(["Dresden", "Berlin", "München"]),
            "Bestellt am": text(ordered, "%d.%m.%Y"),
            "Soll-Termin": text(wanted, "%d.%m.%Y"),
            "Ist-Termin": text(arrived, "%d.%m.%Y"),
            "Spediteur": draw.choice(["Dachser", "Schenker", "Hellmann"]),
            "Gewicht": [f"{x:.1f} kg".replace(".", ",") for x in draw.random.uniform(1, 800, draw.rows)],
            "Warenwert": [
                f"{x:,.2f}".translate(str.maketrans(",.", ".,")) for x in draw.random.uniform(9, 9e3, draw.rows)
            ],
            "Termintreue": ["nein" if x else "ja" for x in late],
            "Bemerkung": blank_from(draw.choice(["bitte anrufen", "Hintereingang", "zerbrechlich"]), draw.flags(0.8)),
        },
        labels=({"actual": "Ist-Termin", "promised": "Soll-Termin"}, {"column": "Termintreue"}),
        points=("Bestellt am",),
        key=("Auftrags-Nr.",),
        too_late=("Ist-Termin", "Termintreue", "Lfd. Nr."),
        features=("Ort", "Spediteur", "Gewicht", "Warenwert", "Soll-Termin"),
        personal=("Kunde", "PLZ", "Straße"),
        source={"delimiter": ";", "encoding": "cp1252"},
        plain=True,
    )


def french_list() -> Export:
    """Narrow spaces between groups of digits, promised and real dates, an e-mail address among the remarks."""
    draw = Columns(42)
    ordered = draw.moments("2024-01-08", 250)
    promised = draw.after(ordered, 48, 300)
    arrived = draw.after(promised, -80, 60)
    return Export(
        "French list",
        {
            "N° commande": [f"CMD{50000 + 3 * i}" for i in range(draw.rows)],
            "Date de commande": text(ordered, "%d/%m/%Y"),
            "Date promise": text(promised, "%d/%m/%Y"),
            "Livré le": text(arrived, "%d/%m/%Y"),
            "Transporteur": draw.choice(["Geodis", "Heppner", "DPD"]),
            "Nom du client": draw.people(),
            "Téléphone": [f"06 {i:02d} 45 67 89" for i in draw.random.integers(10, 99, draw.rows)],
            "Code postal": draw.choice(["75011", "69003", "13001", "31000"]),
            "Ville": draw.choice(["Paris", "Lyon", "Marseille", "Toulouse"]),
            "Poids (kg)": [french(x) for x in draw.decimals(1, 2500)],
            "Montant": [french(x) for x in draw.decimals(40, 9000)],
            "Colis": draw.integers(1, 12),
            "Urgent": draw.choice(["oui", "non"], [0.2, 0.8]),
        },
        labels=({"actual": "Livré le", "promised": "Date promise"},),
        points=("Date de commande",),
        key=("N° commande",),
        too_late=("Livré le",),
        features=("Transporteur", "Ville", "Poids (kg)", "Montant", "Colis", "Urgent", "Date promise"),
        personal=("Code postal", "Nom du client", "Téléphone"),
        source={"delimiter": ";", "encoding": "utf-8"},
        plain=True,
    )
