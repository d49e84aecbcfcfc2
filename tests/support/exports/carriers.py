"""Exports of carriers: parcels, the last mile, air and sea freight, trucks."""

from support.exports.columns import Columns, blank_from, text
from support.exports.export import Export


def track_and_trace() -> Export:
    """Parcels of a carrier up to today: the newest have not arrived."""
    draw = Columns(31)
    shipped = draw.moments("2024-05-01", 60)
    due = draw.after(shipped, 24, 96)
    arrived = draw.after(due, -20, 12)
    open_rows = [moment > shipped[-1] for moment in arrived]
    return Export(
        "Track and trace",
        {
            "tracking_no": [f"1Z{999000 + 11 * i}" for i in range(draw.rows)],
            "shipped_at": text(shipped, "%Y-%m-%dT%H:%M:%SZ"),
            "service": draw.choice(["express", "standard", "economy"]),
            "eta": text(due, "%Y-%m-%dT%H:%M:%SZ"),
            "ata": blank_from(text(arrived, "%Y-%m-%dT%H:%M:%SZ"), open_rows),
            "last_scan_status": ["In Transit" if x else "Delivered" for x in open_rows],
            "origin_hub": draw.choice(["LEJ", "CGN", "BRU"]),
            "dest_hub": draw.choice(["MAD", "WAW", "LIS", "ORY"]),
            "weight_kg": draw.decimals(0.1, 30),
            "recipient_email": [f"customer{i}@mail.example" for i in range(draw.rows)],
        },
        labels=({"actual": "ata", "promised": "eta"},),
        points=("shipped_at",),
        key=("tracking_no",),
        too_late=("ata", "last_scan_status"),
        features=("service", "origin_hub", "dest_hub", "weight_kg", "eta"),
        personal=("recipient_email",),
        plain=True,
    )


def last_mile() -> Export:
    """Stops of couriers: a column named label, the address, the number of attempts afterwards."""
    draw = Columns(32)
    created = draw.moments("2024-02-01", 90)
    late = draw.flags(0.25)
    return Export(
        "Last mile",
        {
            "stop_id": [str(500000 + 3 * i) for i in range(draw.rows)],
            "created_at": text(created),
            "courier_id": [f"C{i:03d}" for i in draw.random.integers(0, 30, draw.rows)],
            "courier_name": draw.people(),
            "customer_phone": [f"+34 6{i:08d}" for i in draw.random.integers(0, 10**8, draw.rows)],
            "calle": [f"Calle Mayor {i}" for i in draw.random.integers(1, 90, draw.rows)],
            "codigo_postal": draw.choice(["28001", "28013", "08001"]),
            "district": draw.choice(["Centro", "Norte", "Sur"]),
            "parcels": draw.integers(1, 6),
            "vehicle": draw.choice(["bike", "van"]),
            "distance_km": draw.decimals(0.2, 14),
            "delivery_attempts": [str(1 + int(x and i % 2)) for i, x in enumerate(late)],
            "label": [str(int(x)) for x in late],
        },
        labels=({"column": "label"},),
        points=("created_at",),
        key=("stop_id",),
        too_late=("delivery_attempts",),
        features=("courier_id", "district", "parcels", "vehicle", "distance_km"),
        personal=("calle", "codigo_postal", "courier_name", "customer_phone"),
        plain=True,
    )


def air_freight() -> Export:
    """Flights with freight: scheduled and actual times, delays in minutes, the cause of the delay."""
    draw = Columns(33)
    departure = draw.moments("2024-01-01", 120)
    arrival = draw.after(departure, 2, 11)
    left = draw.after(departure, -0.1, 2)
    landed = draw.after(arrival, -1, 2)
    late = [a > s for a, s in zip(landed, arrival, strict=True)]
    minutes = [round((a - s).total_seconds() / 60) for a, s in zip(landed, arrival, strict=True)]
    return Export(
        "Air freight",
        {
            "AWB": [f"020-{10000000 + 13 * i}" for i in range(draw.rows)],
            "flight_no": [f"LH{i}" for i in draw.random.integers(8000, 8040, draw.rows)],
            "carrier": draw.choice(["LH", "CV", "QR"]),
            "origin": draw.choice(["FRA", "LUX", "DOH"]),
            "destination": draw.choice(["ORD", "JFK", "HKG"]),
            "scheduled_departure": text(departure, "%d-%b-%Y %H:%M"),
            "actual_departure": text(left, "%d-%b-%Y %H:%M"),
            "scheduled_arrival": text(arrival, "%d-%b-%Y %H:%M"),
            "actual_arrival": text(landed, "%d-%b-%Y %H:%M"),
            "departure_delay": draw.integers(-6, 120),
            "arrival_delay": [str(x) for x in minutes],
            "delay_cause": [cause if x else "" for cause, x in zip(draw.choice(["W", "C", "N"]), late, strict=True)],
            "pieces": draw.integers(1, 60),
            "chargeable_weight": draw.decimals(20, 4000, "{:.1f}"),
        },
        labels=({"actual": "actual_arrival", "promised": "scheduled_arrival"}, {"delay": "arrival_delay"}),
        points=("scheduled_departure",),
        key=("AWB",),
        too_late=("actual_departure", "actual_arrival", "departure_delay", "arrival_delay", "delay_cause"),
        features=("flight_no", "carrier", "origin", "destination", "pieces", "chargeable_weight", "scheduled_arrival"),
        plain=True,
    )


def sea_freight() -> Export:
    """Containers: several in one bill of lading, the name of the ship, ports."""
    draw = Columns(34)
    bills = [i // 4 for i in range(draw.rows)]
    starts = draw.moments("2023-01-10", 500)
    booked = [starts[bill * 4] for bill in bills]
    loaded = [draw.after([booked[i]], 100, 400)[0] for i in range(0, draw.rows, 4)]
    etd = [loaded[bill] for bill in bills]
    eta = [draw.after([moment], 400, 900)[0] for moment in loaded]
    ata = draw.after(eta, -120, 90)
    ships = ["Ever Given", "Emma Maersk", "MSC Anna", "Maria Star", "Cap San Lorenzo"]
    return Export(
        "Sea freight",
        {
            "Container No": [f"MSKU{1000000 + 17 * i}" for i in range(draw.rows)],
            "B/L No": [f"HLCU{3000 + bill}" for bill in bills],
            "Vessel": [ships[bill % 5] for bill in bills],
            "Voyage": [f"{100 + bill // 9}W" for bill in bills],
            "POL": draw.choice(["CNSHA", "SGSIN", "INNSA"]),
            "POD": draw.choice(["DEHAM", "NLRTM", "BEANR"]),
            "Booking Date": text(booked, "%d/%m/%Y"),
            "ETD": text(etd, "%d/%m/%Y"),
            "ETA": text([eta[bill] for bill in bills], "%d/%m/%Y"),
            "ATA": text([ata[bill] for bill in bills], "%d/%m/%Y"),
            "Size": draw.choice(["20", "40", "45"]),
            "Type": draw.choice(["DC", "HC", "RF"]),
            "Gross Weight (kg)": draw.integers(2000, 28000),
            "Demurrage Invoice": draw.decimals(0, 900),
        },
        labels=({"actual": "ATA", "promised": "ETA"},),
        points=("Booking Date",),
        key=("Container No",),
        group=("B/L No",),
        too_late=("ATA", "Demurrage Invoice"),
        features=("Vessel", "POL", "POD", "Size", "Type", "Gross Weight (kg)", "ETA"),
    )


def truck_trips() -> Export:
    """Trips of trucks with GPS: two flags that exclude each other, coordinates in one text, the driver."""
    draw = Columns(35)
    start = draw.moments("2020-06-01", 80)
    planned = draw.after(start, 5, 60)
    late = draw.flags(0.4)
    early, delayed = draw.after(planned, -4, 0), draw.after(planned, 0.2, 20)
    end = [after if x else before for before, after, x in zip(early, delayed, late, strict=True)]
    coordinates = ["12.97,77.59", "13.08,80.27", "18.52,73.86"]
    return Export(
        "Truck trips",
        {
            "BookingID": [f"VCV{10000 + 7 * i}" for i in range(draw.rows)],
            "GpsProvider": draw.choice(["CONSENT TRACK", "VAMOSYS"]),
            "vehicle_no": [f"KA{i:04d}" for i in draw.random.integers(0, 50, draw.rows)],
            "Org_lat_lon": draw.choice(coordinates),
            "Des_lat_lon": draw.choice(coordinates[::-1]),
            "trip_start_date": text(start),
            "Planned_ETA": text(planned),
            "actual_eta": text(end),
            "ontime": ["" if x else "G" for x in late],
            "delay": ["R" if x else "" for x in late],
            "Driver_Name": draw.people(),
            "Driver_MobileNo": [f"98{i:08d}" for i in draw.random.integers(0, 10**8, draw.rows)],
            "TRANSPORTATION_DISTANCE_IN_KM": draw.decimals(40, 900, "{:.1f}"),
            "Material Shipped": draw.choice(["AUTO PARTS", "BRACKET", "EMPTY TRAY"]),
        },
        labels=(
            {"late_column": "delay", "on_time_column": "ontime"},
            {"actual": "actual_eta", "promised": "Planned_ETA"},
        ),
        points=("trip_start_date",),
        key=("BookingID",),
        too_late=("actual_eta", "ontime", "delay"),
        features=(
            "Org_lat_lon",
            "Des_lat_lon",
            "GpsProvider",
            "vehicle_no",
            "TRANSPORTATION_DISTANCE_IN_KM",
            "Material Shipped",
            "Planned_ETA",
        ),
        personal=("Driver_MobileNo", "Driver_Name"),
    )
