"""The simulated table: it resembles the real one, is reproducible, and its URL has all settings."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
import pytest

from adapters.simulator import GroundTruth, ShipmentSource, SimulatorSettings
from adapters.simulator.source import generate_chunks
from adapters.simulator.text_columns import COLUMNS
from delay_core.errors import SourceError
from support.simulated import BASE, SCHEMA, TRUCKS, table, truth


def test_table__has_the_columns_of_the_real_table():
    clean = table("rows=20000&dirt=0")

    assert tuple(clean.columns) == COLUMNS
    assert all(pd.api.types.is_object_dtype(dtype) for dtype in clean.dtypes)
    assert clean.map(type).eq(str).all(axis=None)
    patterns = {
        "Timestamp": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
        "Latitude": r"-?\d{1,2}\.\d{4}",
        "Longitude": r"-?\d{1,3}\.\d{4}",
        **dict.fromkeys(("Temperature", "Humidity", "Asset_Utilization"), r"\d{2,3}\.\d"),
        **dict.fromkeys(("Waiting_Time", "Inventory_Level", "User_Purchase_Frequency"), r"\d{1,3}"),
    }
    for column, pattern in patterns.items():
        assert clean[column].str.fullmatch(pattern).all(), column


@pytest.mark.parametrize(
    ("column", "lowest", "highest"),
    [
        ("Latitude", -90, 90),
        ("Longitude", -180, 180),
        ("Inventory_Level", 100, 500),
        ("Temperature", 18, 30),
        ("Humidity", 50, 80),
        ("Waiting_Time", 10, 60),
        ("User_Transaction_Amount", 100, 500),
        ("User_Purchase_Frequency", 1, 10),
        ("Asset_Utilization", 60, 100),
        ("Demand_Forecast", 100, 300),
    ],
)
def test_numbers__cover_the_ranges_of_the_real_table(column, lowest, highest):
    numbers = table("rows=20000&dirt=0")[column].astype(float)

    near = (highest - lowest) / 2_000
    assert lowest <= numbers.min() <= lowest + near
    assert highest - near <= numbers.max() <= highest
    assert numbers.mean() == pytest.approx((lowest + highest) / 2, abs=(highest - lowest) / 50)


def test_degrees__between_minus_1_and_0_keep_their_sign():
    latitudes = table("rows=20000&dirt=0")["Latitude"]

    assert latitudes.str.startswith("-0.").any()
    assert latitudes.str.startswith("0.").any()


def test_categories__are_those_of_the_real_table():
    clean = table("rows=20000&dirt=0")

    assert set(clean["Asset_ID"]) == TRUCKS
    assert set(clean["Traffic_Status"]) == {"Clear", "Detour", "Heavy"}
    assert set(clean["Shipment_Status"]) == {"Delayed", "Delivered", "In Transit"}
    assert set(clean["Logistics_Delay_Reason"]) == {"None", "Weather", "Traffic", "Mechanical Failure", ""}


def test_times__increase_and_cover_the_span():
    times = pd.to_datetime(table("rows=20000&dirt=0&start=2023-05-01&days=30")["Timestamp"])

    assert times.is_monotonic_increasing
    assert times.iloc[0] - pd.Timestamp("2023-05-01") < pd.Timedelta(minutes=5)
    assert pd.Timestamp("2023-05-31") - times.iloc[-1] < pd.Timedelta(minutes=5)
    assert times.max() < pd.Timestamp("2023-05-31")


def test_true_probability__is_no_column():
    chances = truth("rows=1000&dirt=0")

    numbers = table("rows=1000&dirt=0").apply(pd.to_numeric, errors="coerce")
    assert not any(np.allclose(numbers[column], chances) for column in numbers)


def test_rows__depend_on_the_settings_and_the_seed():
    first, again, other = (table(f"rows=500&seed={seed}") for seed in (3, 3, 4))

    pd.testing.assert_frame_equal(first, again)
    assert (first["Latitude"] != other["Latitude"]).mean() > 0.99


@pytest.mark.parametrize("rows", [1, 9_999, 10_000, 10_001, 50_000, 50_001])
def test_rows__are_complete_for_any_length(rows):
    chunks = list(ShipmentSource().chunks(f"{BASE}?rows={rows}", SCHEMA))

    assert sum(map(len, chunks)) == rows == len(truth(f"rows={rows}"))
    assert all(0 < len(chunk) <= 50_000 for chunk in chunks)


def test_rows__do_not_depend_on_the_chunk_size():
    settings = SimulatorSettings.from_url(f"{BASE}?rows=43210&drift=unit&drift=unseen")

    one_by_one, all_at_once = (list(generate_chunks(settings, size)) for size in (1, 99))

    assert (len(one_by_one), len(all_at_once)) == (5, 1)
    for column in COLUMNS:
        parts = chain.from_iterable(chunk.columns[column] for chunk in one_by_one)
        assert list(parts) == list(all_at_once[0].columns[column])
    parts = np.concatenate([chunk.late_probability for chunk in one_by_one])
    assert np.array_equal(parts, all_at_once[0].late_probability)


def test_chunks__are_generated_lazily():
    huge = ShipmentSource().chunks(f"{BASE}?rows=1000000000", SCHEMA)

    assert isinstance(huge, Iterator)
    assert len(next(huge)) == 50_000


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "/?rows=20000",
        "?seed=7&rows=20000",
        "?rows=20000&seed=7&start=2024-01-01&days=365&dirt=0.005&known_after_days=3",
        "?rows=%32%30000&start=20240101&known_after_days=3.0&dirt=5e-3",
        "?drift=label:size=0",
    ],
)
def test_digest__does_not_depend_on_how_settings_are_written(query):
    assert ShipmentSource().digest(BASE + query) == SimulatorSettings().digest
    assert len(SimulatorSettings().digest) == 64


def test_digest__does_not_depend_on_order_and_defaults_of_drifts():
    long = "drift=unit:start=0.6,ramp=0.10,size=1,column=Temperature&drift=label:size=-0.5"
    short = "drift=label:size=-.5,ramp=0.1&drift=unit"

    assert ShipmentSource().digest(f"{BASE}?{long}") == ShipmentSource().digest(f"{BASE}?{short}")
    pd.testing.assert_frame_equal(table(f"rows=5000&{long}"), table(f"rows=5000&{short}"))


@pytest.mark.parametrize(
    "query", ["rows=1", "seed=8", "start=2024-01-02", "days=9", "dirt=0", "known_after_days=0", "drift=label"]
)
def test_digest__depends_on_each_setting(query):
    assert ShipmentSource().digest(f"{BASE}?{query}") != SimulatorSettings().digest


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?rows=0", r"rows=0 cannot be used; allowed is a whole number from 1"),
        ("?rows=many", r"rows=many cannot be used; allowed is a whole number from 1"),
        ("?rows=", r"rows= cannot be used"),
        ("?rows=1&rows=2", r"rows is given twice; only drift may be"),
        ("?seed=-1", r"seed=-1 cannot be used; allowed is a whole number, at least 0"),
        ("?seed=1.5", r"seed=1\.5 cannot be used"),
        ("?start=yesterday", r"start=yesterday cannot be used; allowed is a date YYYY-MM-DD"),
        ("?start=1704067200", r"start=1704067200 cannot be used"),
        ("?start=1969-12-31", r"start=1969-12-31 cannot be used"),
        ("?days=0", r"days=0 cannot be used; allowed is the time span, a whole number of days from 1"),
        ("?dirt=1.1", r"dirt=1\.1 cannot be used; allowed is the share of rows .* from 0 to 1"),
        ("?dirt=nan", r"dirt=nan cannot be used"),
        ("?known_after_days=-1", r"known_after_days=-1 cannot be used; .*at least 0"),
        ("?row=5", r"unknown key row=5; allowed are rows, seed, start, days, dirt, known_after_days, drift"),
        ("?rows", r"cannot be read \(bad query field: 'rows'\); expected simulator://smart_logistics\?rows=20000"),
        ("#rows", r"no such simulator; the only one is simulator://smart_logistics"),
        ("/more?rows=5", r"no such simulator"),
        ("?drift=", r"drift= cannot be used: no drift of kind ''; kinds are covariate, label, concept, missing"),
        ("?drift=gradual", r"drift=gradual cannot be used: no drift of kind 'gradual'"),
        ("?drift=label:begin=0.5", r"'begin=0\.5' is none of start=…, ramp=…, size=…, column=…"),
        ("?drift=label:size", r"'size' is none of start=…"),
        ("?drift=label:size=1,size=2", r"size is given twice"),
        ("?drift=label:start=1.5", r"start=1\.5: allowed is a number from 0 to 1 \(a share of the table's time span\)"),
        ("?drift=label:ramp=x", r"ramp=x: allowed is a number from 0 to 1"),
        ("?drift=label:size=nan", r"size=nan: allowed is a number from -10 to 10 \(added to the log-odds"),
        ("?drift=missing:size=2", r"size=2: allowed is a number from 0 to 1 \(share of values that become empty\)"),
        ("?drift=missing:column=Latitude", r"column=Latitude: missing drift takes column=Humidity or Temperature"),
        ("?drift=label:column=Latitude", r"column=Latitude: label drift takes no column"),
        ("?drift=covariate:column=Shipment_Status", r"column=Shipment_Status: covariate drift takes column=Asset_ID"),
    ],
)
def test_invalid_url__is_refused_with_the_allowed_values(query, message):
    for ask in (
        ShipmentSource().digest,
        GroundTruth().late_probability,
        lambda url: ShipmentSource().chunks(url, SCHEMA),
    ):
        with pytest.raises(SourceError, match=message):
            ask(BASE + query)


@pytest.mark.parametrize("url", ["simulator://scms?rows=5", "simulator:smart_logistics", "simulator://[", "files.csv"])
def test_other_tables__are_refused(url):
    with pytest.raises(SourceError, match="simulator://smart_logistics"):
        ShipmentSource().digest(url)
