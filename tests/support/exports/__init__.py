"""Made-up tables shaped after real exports, with the right schema beside each."""

from collections.abc import Callable

from support.exports.carriers import air_freight, last_mile, sea_freight, track_and_trace, truck_trips
from support.exports.export import Export
from support.exports.open_data import city_deliveries, flight_statistics, online_shop
from support.exports.spreadsheets import french_list, german_list
from support.exports.systems import marketplace_orders, sap_deliveries, tms_loads, warehouse_orders

EXPORTS: tuple[Callable[[], Export], ...] = (
    sap_deliveries,
    tms_loads,
    warehouse_orders,
    marketplace_orders,
    track_and_trace,
    last_mile,
    air_freight,
    sea_freight,
    truck_trips,
    german_list,
    french_list,
    flight_statistics,
    city_deliveries,
    online_shop,
)
