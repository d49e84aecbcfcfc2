"""Three made-up tables of other shape than the built-in ones, as a company's exports look."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import numpy as np
import openpyxl
import pandas as pd
from numpy.typing import NDArray

CANARY = "Zyxquist"
"""Stands in every personal value, and nowhere else."""


@dataclass(frozen=True)
class Simulated:
    """Hidden causes of lateness, drawn once for each table."""

    sent: NDArray[Any]
    late: NDArray[np.bool_]
    weight: NDArray[np.float64]
    depot: NDArray[np.int64]
    distance: NDArray[np.float64]

    @classmethod
    def of(cls, rows: int, seed: int) -> Self:
        """Draw the causes of this many rows."""
        random = np.random.default_rng(seed)
        minutes = np.sort(random.integers(0, 400 * 24 * 60, rows))
        sent = np.array([datetime(2023, 1, 1) + timedelta(minutes=int(m)) for m in minutes])  # noqa: DTZ001
        depot, distance = random.integers(0, 9, rows), random.gamma(2.0, 300.0, rows)
        weight = np.round(random.gamma(2.0, 6.0, rows), 1)
        odds = -2.2 + 0.35 * depot + distance / 700 + 0.04 * weight
        return cls(sent, random.random(rows) < 1 / (1 + np.exp(-odds)), weight, depot, distance)


def german_csv(path: Path, rows: int = 1500) -> Path:
    """Latin-1, semicolons, decimal commas; a 0/1 label, cancelled rows, and who the customers are."""
    drawn = Simulated.of(rows, 1)
    random = np.random.default_rng(11)
    lines = ["Auftragsnummer;Kunde;Straße;E-Mail;Telefon;Bestelldatum;Lager;Gewicht;Entfernung km;Status;verspätet"]
    depots = ["Köln", "München", "Düsseldorf", "Nürnberg", "Hamburg", "Bremen", "Leipzig", "Fürth", "Görlitz"]
    for i in range(rows):
        cancelled = random.random() < 0.04
        lines.append(
            ";".join(
                [
                    f"A-{100000 + i}",
                    f"Jürgen {CANARY}{i}",
                    f"{CANARY}straße {i % 90 + 1}",
                    f"j.{CANARY.lower()}{i}@beispiel.example",
                    f"+49 170 {CANARY}{i:07d}",
                    f"{drawn.sent[i]:%d.%m.%Y %H:%M}",
                    depots[drawn.depot[i]],
                    f"{drawn.weight[i]:.1f} kg".replace(".", ",") if random.random() > 0.02 else "k.A.",
                    f"{drawn.distance[i]:.0f}",
                    "storniert" if cancelled else "geliefert",
                    str(int(drawn.late[i])),
                ]
            )
        )
    lines[700] = f"A-100699;Jürgen {CANARY};zu;viele;Felder;in;dieser;Zeile;von;{CANARY};1;2;3"
    lines[800] = lines[800].replace(" kg", " Pfund")
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("latin-1"))
    return path


def workbook(path: Path, rows: int = 1200) -> Path:
    """A second sheet; dates typed, as text and from 1899; ids that repeat; every row carries a label, even new ones."""
    drawn = Simulated.of(rows, 2)
    book = openpyxl.Workbook()
    cover = book["Sheet"]
    cover.title = "Read me"
    cover["A1"] = "Exported for the carrier review"
    sheet = book.create_sheet("Shipments 2023")
    sheet.append(["Shipment ID", "Booked on", "Carrier", "Weight (kg)", "Distance (km)", "Promised days", "Is late"])
    carriers = ["DHL", "UPS", "GLS", "DPD", "Hermes", "FedEx", "TNT", "Kuehne", "DSV"]
    for i in range(rows):
        booked = drawn.sent[i]
        written = booked if i % 3 else f"{booked:%Y-%m-%d %H:%M:%S}"
        if i % 60 == 7:
            written = datetime(1899, 12, 30) + timedelta(hours=i % 12)  # noqa: DTZ001
        ident = 5000 + i - (i % 50 == 9)
        late = int(drawn.late[i]) if booked < datetime(2024, 1, 20) else 0  # noqa: DTZ001
        sheet.append(
            [ident, written, carriers[drawn.depot[i]], drawn.weight[i], round(drawn.distance[i]), i % 5 + 1, late]
        )
    book.save(path)
    return path


def parquet(path: Path, rows: int = 3000) -> Path:
    """Promised and delivered times, coordinates, parcels within consignments within orders; some not yet delivered."""
    drawn = Simulated.of(rows, 3)
    random = np.random.default_rng(33)
    sent = pd.DatetimeIndex(drawn.sent).tz_localize("UTC")
    promised = sent + pd.to_timedelta(48 + random.integers(0, 48, rows), "h")
    slack = np.where(drawn.late, random.gamma(2.0, 10.0, rows) + 3, -random.gamma(2.0, 4.0, rows))
    delivered = promised + pd.to_timedelta(slack, "h")
    taken = sent.max()
    order, consignment = np.arange(rows) // 4, np.arange(rows) // 2
    angle = random.random(rows) * 2 * np.pi
    pd.DataFrame(
        {
            "parcel_id": [f"P{i:06d}" for i in range(rows)],
            "consignment_id": [f"C{i:06d}" for i in consignment],
            "order_id": [f"O{i:06d}" for i in order],
            "dispatched_at": sent,
            "promised_at": promised,
            "delivered_at": delivered.where(delivered < taken),
            "origin_lat": 50.0 + 0.1 * drawn.depot,
            "origin_lon": 8.0 + 0.1 * drawn.depot,
            "dest_lat": 50.0 + 0.1 * drawn.depot + drawn.distance / 111.2 * np.cos(angle),
            "dest_lon": 8.0 + 0.1 * drawn.depot + drawn.distance / 70.0 * np.sin(angle),
            "weight_kg": drawn.weight,
            "hub": pd.Categorical([f"hub {d}" for d in drawn.depot]),
            "signed_by": [f"{CANARY} {i}" for i in range(rows)],
        }
    ).to_parquet(path)
    return path
