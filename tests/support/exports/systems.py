"""Exports of business systems: ERP, transport management, warehouse, marketplace."""

from support.exports.columns import Columns, blank_from, text
from support.exports.export import Export


def sap_deliveries() -> Export:
    """Delivery items of an SAP system: technical names, dates as 20240131, 00000000 for none."""
    draw = Columns(21)
    lines = [i // 3 for i in range(draw.rows)]
    starts = draw.moments("2023-02-01", 400)
    created = [starts[line * 3] for line in lines]
    planned = draw.after(created, 48, 240)
    issued = draw.after(planned, -60, 40)
    open_rows = [i > 290 for i in range(draw.rows)]
    return Export(
        "SAP deliveries",
        {
            "MANDT": ["100"] * draw.rows,
            "VBELN": [f"00800{40000 + line}" for line in lines],
            "POSNR": [f"{10 * (i % 3 + 1):06d}" for i in range(draw.rows)],
            "ERDAT": text(created, "%Y%m%d"),
            "ERZET": text(created, "%H%M%S"),
            "WADAT": text(planned, "%Y%m%d"),
            "WADAT_IST": blank_from(text(issued, "%Y%m%d"), open_rows, "00000000"),
            "KUNNR": [f"{100000 + i % 23:010d}" for i in draw.random.integers(0, 900, draw.rows)],
            "NAME1": draw.people(),
            "STRAS": [f"Lindenweg {i}" for i in draw.random.integers(1, 99, draw.rows)],
            "PSTLZ": draw.choice(["01067", "10115", "80331", "20095"]),
            "VSTEL": draw.choice(["1000", "1010", "2000"]),
            "ROUTE": draw.choice(["R00001", "R00002", "R00010"]),
            "MATNR": [f"MAT-{i:05d}" for i in draw.random.integers(0, 40, draw.rows)],
            "LFIMG": draw.integers(1, 500),
            "NTGEW": draw.decimals(1, 900, "{:.3f}"),
            "GEWEI": ["KG"] * draw.rows,
            "LPRIO": draw.choice(["01", "02", "03"]),
            "INCO1": draw.choice(["EXW", "DAP", "FCA"]),
        },
        labels=({"actual": "WADAT_IST", "promised": "WADAT"},),
        points=("ERDAT",),
        key=("VBELN", "POSNR"),
        group=("VBELN",),
        too_late=("WADAT_IST",),
        features=("KUNNR", "VSTEL", "ROUTE", "MATNR", "LFIMG", "NTGEW", "LPRIO", "INCO1"),
        personal=("NAME1", "STRAS", "PSTLZ"),
    )


def tms_loads() -> Export:
    """Loads of a transport management system: appointments, actual times, a flag and a reason code."""
    draw = Columns(22)
    tendered = draw.moments("2024-01-02", 200)
    pickup = draw.after(tendered, 10, 60)
    planned = draw.after(pickup, 20, 90)
    arrived = draw.after(planned, -9, 5)
    late = [a > p for a, p in zip(arrived, planned, strict=True)]
    form = "%m/%d/%Y %H:%M"
    return Export(
        "TMS loads",
        {
            "Load ID": [f"L{700000 + 7 * i}" for i in range(draw.rows)],
            "Tender Accepted": text(tendered, form),
            "SCAC": draw.choice(["ODFL", "SAIA", "RDWY", "JBHT"]),
            "Mode": draw.choice(["TL", "LTL", "IM"]),
            "Origin City": draw.choice(["Dallas", "Memphis", "Reno"]),
            "Dest Zip": draw.choice(["75201", "38103", "89501", "60601", "30301"]),
            "Planned Pickup": text(pickup, form),
            "Actual Pickup": text(draw.after(pickup, -1, 4), form),
            "Delivery Appt": text(planned, form),
            "Actual Delivery": text(arrived, form),
            "On Time Delivery": ["N" if x else "Y" for x in late],
            "Miles": draw.integers(50, 2100),
            "Reason Code": ["W1" if x else "" for x in late],
            "Freight Charge": [f"${x:,.2f}" for x in draw.random.uniform(200, 6000, draw.rows)],
        },
        labels=({"actual": "Actual Delivery", "promised": "Delivery Appt"}, {"column": "On Time Delivery"}),
        points=("Tender Accepted",),
        key=("Load ID",),
        too_late=("Actual Pickup", "Actual Delivery", "Reason Code", "On Time Delivery"),
        features=("SCAC", "Mode", "Origin City", "Miles", "Planned Pickup"),
        personal=("Dest Zip",),
        plain=True,
    )


def warehouse_orders() -> Export:
    """Orders of a warehouse: shipped and required dates, a nameless index, calendar parts, the name of the picker."""
    draw = Columns(23)
    released = draw.moments("2024-03-01", 150)
    required = draw.after(released, 12, 72)
    shipped = draw.after(required, -20, 6)
    quantity = draw.integers(1, 90)
    return Export(
        "Warehouse orders",
        {
            "": [str(i) for i in range(draw.rows)],
            "wave": [f"W{i // 25:04d}" for i in range(draw.rows)],
            "order_no": [f"SO{90000 + 3 * i}" for i in range(draw.rows)],
            "created": text(released),
            "year": text(released, "%Y"),
            "month": [str(moment.month) for moment in released],
            "weekday": text(released, "%A"),
            "required": text(required),
            "shipped": text(shipped),
            "zone": draw.choice(["A", "B", "C", "Cold"]),
            "picker": draw.people(),
            "qty": quantity,
            "quantity": quantity,
            "lines": draw.integers(1, 12),
            "priority": draw.choice(["normal", "rush"], [0.8, 0.2]),
        },
        labels=({"actual": "shipped", "promised": "required"},),
        points=("created",),
        key=("order_no",),
        too_late=("shipped", "", "month", "weekday", "quantity"),
        features=("zone", "qty", "lines", "priority", "required"),
        personal=("picker",),
    )


def marketplace_orders() -> Export:
    """Orders of a marketplace: sellers that live through the table, items of one order, the review afterwards."""
    draw = Columns(24)
    orders = [i * 2 // 3 for i in range(draw.rows)]
    starts = draw.moments("2017-09-01", 320)
    bought = [starts[orders.index(order)] for order in orders]
    approved = [moment.replace(second=1) for moment in bought]
    estimated = [moment.replace(hour=0, minute=0, second=0) for moment in draw.after(bought, 200, 600)]
    handed = draw.after(approved, 10, 90)
    arrived = [max(a, h) for a, h in zip(draw.after(estimated, -300, 50), handed, strict=True)]
    order_rows = [orders.index(order) for order in orders]
    arrived, estimated, handed = ([moments[row] for row in order_rows] for moments in (arrived, estimated, handed))
    lost = [order % 40 == 7 for order in orders]
    return Export(
        "Marketplace orders",
        {
            "order_id": [f"{(order * 7919 + 0xABCDEF) % 0xFFFFFF:08x}e4" for order in orders],
            "order_item_id": [str(1 + i - row) for i, row in enumerate(order_rows)],
            "customer_unique_id": [f"{(order * 104729) % 0xFFFFFF:08x}c1" for order in orders],
            "seller_id": [f"{i * i * 31 % 9973:06x}ff" for i in draw.random.integers(0, 60, draw.rows)],
            "order_status": ["canceled" if x else "delivered" for x in lost],
            "order_purchase_timestamp": text(bought),
            "order_approved_at": text(approved),
            "order_delivered_carrier_date": text(handed),
            "order_delivered_customer_date": blank_from(text(arrived), lost),
            "order_estimated_delivery_date": text(estimated),
            "price": draw.decimals(5, 900),
            "freight_value": draw.decimals(5, 60),
            "product_category_name": draw.choice(["beleza_saude", "informatica", "brinquedos", "esporte_lazer"]),
            "customer_zip_code_prefix": draw.integers(10000, 99999),
            "customer_city": draw.choice(["sao paulo", "campinas", "rio de janeiro"]),
            "customer_state": draw.choice(["SP", "RJ"]),
            "review_score": draw.integers(1, 6),
        },
        labels=({"actual": "order_delivered_customer_date", "promised": "order_estimated_delivery_date"},),
        points=("order_purchase_timestamp", "order_approved_at"),
        key=("order_id", "order_item_id"),
        group=("order_id",),
        too_late=("order_status", "order_delivered_carrier_date", "order_delivered_customer_date", "review_score"),
        features=("seller_id", "price", "freight_value", "product_category_name", "customer_city"),
        personal=("customer_zip_code_prefix",),
    )
