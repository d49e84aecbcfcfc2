"""Tables that are published for competitions: dates in pieces, durations without a promise."""

from support.exports.columns import Columns, Moments, blank_from, text
from support.exports.export import Export


def _clock(moments: Moments) -> list[str]:
    """Times of day as flight statistics write them: 925 is five to half past nine."""
    return [str(int(moment.strftime("%H%M"))) for moment in moments]


def flight_statistics() -> Export:
    """Flights: the date in three columns, times as 925, delays in minutes without a unit."""
    draw = Columns(51)
    departure = draw.moments("2023-01-01", 200)
    arrival = draw.after(departure, 1, 6)
    delays = [round(x) for x in draw.random.normal(4, 30, draw.rows)]
    return Export(
        "Flight statistics",
        {
            "YEAR": text(departure, "%Y"),
            "MONTH": [str(moment.month) for moment in departure],
            "DAY": [str(moment.day) for moment in departure],
            "DAY_OF_WEEK": [str(moment.isoweekday()) for moment in departure],
            "AIRLINE": draw.choice(["AA", "DL", "UA"]),
            "FLIGHT_NUMBER": draw.integers(1, 7000),
            "TAIL_NUMBER": [f"N{i}AA" for i in draw.random.integers(100, 140, draw.rows)],
            "ORIGIN_AIRPORT": draw.choice(["ATL", "ORD", "DFW"]),
            "DESTINATION_AIRPORT": draw.choice(["LAX", "SFO"]),
            "SCHEDULED_DEPARTURE": _clock(departure),
            "DEPARTURE_DELAY": [str(x // 2) for x in delays],
            "SCHEDULED_ARRIVAL": _clock(arrival),
            "ARRIVAL_TIME": _clock(draw.after(arrival, -0.5, 1)),
            "ARRIVAL_DELAY": [str(x) for x in delays],
            "CANCELLED": draw.choice(["0", "1"], [0.98, 0.02]),
            "WEATHER_DELAY": blank_from(draw.integers(0, 40), draw.flags(0.8)),
        },
        labels=({"delay": "ARRIVAL_DELAY", "unit": "minutes"},),
        points=("scheduled departure date and time",),
        key=(),
        mistakes=("label",),
    )


def city_deliveries() -> Export:
    """Deliveries of a marketplace in a city: minutes until the delivery, no promise beside them."""
    draw = Columns(52)
    ordered = draw.moments("2022-02-01", 60)
    return Export(
        "City deliveries",
        {
            "Order_ID": [f"ialx{i * 7919 % 99991}" for i in range(draw.rows)],
            "Agent_Age": draw.integers(20, 40),
            "Store_Latitude": draw.decimals(12, 30, "{:.6f}"),
            "Store_Longitude": draw.decimals(72, 88, "{:.6f}"),
            "Drop_Latitude": draw.decimals(12, 30, "{:.6f}"),
            "Drop_Longitude": draw.decimals(72, 88, "{:.6f}"),
            "Order_Date": text(ordered, "%Y-%m-%d"),
            "Order_Time": text(ordered, "%H:%M:%S"),
            "Pickup_Time": text(draw.after(ordered, 0.1, 0.3), "%H:%M:%S"),
            "Traffic": draw.choice(["High ", "Jam "]),
            "Vehicle": draw.choice(["motorcycle ", "scooter "]),
            "Delivery_Time": draw.integers(10, 270),
        },
        labels=({"delay": "Delivery_Time", "unit": "minutes"},),
        points=("Order_Date",),
        key=("Order_ID",),
        too_late=("Delivery_Time",),
        features=("Agent_Age", "Traffic", "Vehicle", "Store_Latitude", "Drop_Longitude"),
        mistakes=("label",),
    )


def online_shop() -> Export:
    """Orders of a shop with a flag and without any date."""
    draw = Columns(53)
    return Export(
        "Online shop",
        {
            "ID": [str(i + 1) for i in range(draw.rows)],
            "Warehouse_block": draw.choice(["A", "B", "F"]),
            "Mode_of_Shipment": draw.choice(["Flight", "Ship", "Road"]),
            "Customer_care_calls": draw.integers(2, 7),
            "Cost_of_the_Product": draw.integers(90, 300),
            "Product_importance": draw.choice(["low", "medium", "high"]),
            "Weight_in_gms": draw.integers(1000, 6000),
            "Reached.on.Time_Y.N": draw.choice(["0", "1"], [0.4, 0.6]),
        },
        labels=({"column": "Reached.on.Time_Y.N"},),
        points=(),
        key=("ID",),
        mistakes=("prediction_point",),
    )
