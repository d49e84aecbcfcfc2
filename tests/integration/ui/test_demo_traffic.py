"""The traffic of the demonstration: shipments of the present, and the outcome of each later."""

import json

from entrypoints.cli.demo import traffic
from entrypoints.settings import UiSettings
from entrypoints.ui.client import ApiClient


def test_traffic__predicts_at_the_present_and_reports_the_oldest_first(api, monkeypatch):
    monkeypatch.setattr(traffic, "FIRST_SHIPMENTS", 2)
    monkeypatch.setattr(traffic, "OPEN_SHIPMENTS", 2)
    rows = iter([({"load": number}, number == 0) for number in range(10)])
    with ApiClient(UiSettings(api_url=api.url)) as client:
        simulated = traffic.Traffic(client, rows, "ready_at")
        simulated.begin()
        simulated.step()
        simulated.step()

    bodies = [json.loads(request.body)["data"] for request in api.received("POST /predict")]
    assert [[shipment["load"] for shipment in body] for body in bodies] == [[0, 1], [2], [3]]
    times = [shipment["ready_at"] for body in bodies for shipment in body]
    assert times == sorted(times)
    outcomes = [json.loads(request.body)["data"][0] for request in api.received("POST /outcomes")]
    assert [(outcome["shipment_id"], outcome["late"]) for outcome in outcomes] == [("P-1", True), ("P-2", False)]
