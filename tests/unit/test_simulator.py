"""The simulator: the same rows always, a label that its planted causes explain, and drift that does what it says."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import roc_auc_score

from adapters.simulator import Oracle, ShipmentSource, SimulatorSettings, write_table
from adapters.simulator import dirt as dirt_kinds
from adapters.simulator.blocks import STATUSES, Block, blocks
from adapters.simulator.causes import CAUSES, TRAFFIC, Circumstances, late_log_odds
from adapters.simulator.source import drawn_chunks
from adapters.simulator.text import COLUMNS
from delay_core.errors import SourceError, StoreError
from delay_core.schemas import load_schema

SCHEMA = load_schema("smart_logistics")
BASE = "simulator://smart_logistics"
TRUCKS = {f"Truck_{number}" for number in range(1, 11)}


def table(query: str) -> pd.DataFrame:
    return pd.concat(ShipmentSource().chunks(f"{BASE}?{query}", SCHEMA), ignore_index=True)


def truth(query: str) -> np.ndarray:
    return Oracle().late_probability(f"{BASE}?{query}")


def drawn(query: str) -> dict[str, np.ndarray]:
    parts: list[Block] = list(blocks(SimulatorSettings.from_url(f"{BASE}?{query}")))
    names = ("late_probability", "late", "open", "status", "reason")
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}


class Counting:
    """Progress that keeps what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, int | None]] = []
        self.pieces: list[int] = []

    def step(self, title: str, total: int | None = None) -> None:
        self.steps.append((title, total))

    def advance(self, pieces: int = 1) -> None:
        self.pieces.append(pieces)


class Failing(Counting):
    """Progress in whose middle the disk fills up."""

    def advance(self, pieces: int = 1) -> None:
        super().advance(pieces)
        raise OSError(28, "No space left on device")


# ---------------------------------------------------------------- the table


def test_it_looks_like_the_real_table():
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
def test_numbers_fill_the_ranges_of_the_real_table(column, lowest, highest):
    numbers = table("rows=20000&dirt=0")[column].astype(float)

    near = (highest - lowest) / 2_000
    assert lowest <= numbers.min() <= lowest + near
    assert highest - near <= numbers.max() <= highest
    assert numbers.mean() == pytest.approx((lowest + highest) / 2, abs=(highest - lowest) / 50)


def test_degrees_keep_their_sign_when_the_whole_part_is_zero():
    latitudes = table("rows=20000&dirt=0")["Latitude"]

    assert latitudes.str.startswith("-0.").any()
    assert latitudes.str.startswith("0.").any()


def test_categories_are_those_of_the_real_table():
    clean = table("rows=20000&dirt=0")

    assert set(clean["Asset_ID"]) == TRUCKS
    assert set(clean["Traffic_Status"]) == {"Clear", "Detour", "Heavy"}
    assert set(clean["Shipment_Status"]) == {"Delayed", "Delivered", "In Transit"}
    assert set(clean["Logistics_Delay_Reason"]) == {"None", "Weather", "Traffic", "Mechanical Failure", ""}


def test_times_increase_and_fill_the_span():
    times = pd.to_datetime(table("rows=20000&dirt=0&start=2023-05-01&days=30")["Timestamp"])

    assert times.is_monotonic_increasing
    assert times.iloc[0] - pd.Timestamp("2023-05-01") < pd.Timedelta(minutes=5)
    assert pd.Timestamp("2023-05-31") - times.iloc[-1] < pd.Timedelta(minutes=5)
    assert times.max() < pd.Timestamp("2023-05-31")


def test_the_truth_is_no_column():
    chances = truth("rows=1000&dirt=0")

    numbers = table("rows=1000&dirt=0").apply(pd.to_numeric, errors="coerce")
    assert not any(np.allclose(numbers[column], chances) for column in numbers)


# ------------------------------------------------- determinism and digests


def test_equal_settings_give_equal_rows_and_another_seed_gives_others():
    first, again, other = (table(f"rows=500&seed={seed}") for seed in (3, 3, 4))

    pd.testing.assert_frame_equal(first, again)
    assert (first["Latitude"] != other["Latitude"]).mean() > 0.99


@pytest.mark.parametrize("rows", [1, 9_999, 10_000, 10_001, 50_000, 50_001])
def test_every_row_comes_whatever_the_table_length(rows):
    chunks = list(ShipmentSource().chunks(f"{BASE}?rows={rows}", SCHEMA))

    assert sum(map(len, chunks)) == rows == len(truth(f"rows={rows}"))
    assert all(0 < len(chunk) <= 50_000 for chunk in chunks)


def test_rows_do_not_depend_on_the_size_of_chunks():
    settings = SimulatorSettings.from_url(f"{BASE}?rows=43210&drift=unit&drift=unseen")

    one_by_one, all_at_once = (list(drawn_chunks(settings, size)) for size in (1, 99))

    assert (len(one_by_one), len(all_at_once)) == (5, 1)
    for column in COLUMNS:
        parts = chain.from_iterable(chunk.columns[column] for chunk in one_by_one)
        assert list(parts) == list(all_at_once[0].columns[column])
    parts = np.concatenate([chunk.late_probability for chunk in one_by_one])
    assert np.array_equal(parts, all_at_once[0].late_probability)


def test_chunks_are_drawn_only_when_they_are_asked_for():
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
def test_settings_written_differently_have_one_digest(query):
    assert ShipmentSource().digest(BASE + query) == SimulatorSettings().digest
    assert len(SimulatorSettings().digest) == 64


def test_the_order_and_the_defaults_of_drifts_do_not_change_the_digest():
    long = "drift=unit:start=0.6,ramp=0.10,size=1,column=Temperature&drift=label:size=-0.5"
    short = "drift=label:size=-.5,ramp=0.1&drift=unit"

    assert ShipmentSource().digest(f"{BASE}?{long}") == ShipmentSource().digest(f"{BASE}?{short}")
    pd.testing.assert_frame_equal(table(f"rows=5000&{long}"), table(f"rows=5000&{short}"))


@pytest.mark.parametrize(
    "query", ["rows=1", "seed=8", "start=2024-01-02", "days=9", "dirt=0", "known_after_days=0", "drift=label"]
)
def test_each_setting_changes_the_digest(query):
    assert ShipmentSource().digest(f"{BASE}?{query}") != SimulatorSettings().digest


# ------------------------------------------------------------- bad URLs


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
        ("?drift=missing:size=2", r"size=2: allowed is a number from 0 to 1 \(share of values that go empty\)"),
        ("?drift=missing:column=Latitude", r"column=Latitude: missing drift takes column=Humidity or Temperature"),
        ("?drift=label:column=Latitude", r"column=Latitude: label drift takes no column"),
        ("?drift=covariate:column=Shipment_Status", r"column=Shipment_Status: covariate drift takes column=Asset_ID"),
    ],
)
def test_a_bad_url_is_refused_saying_what_is_allowed(query, message):
    for ask in (ShipmentSource().digest, Oracle().late_probability, lambda url: ShipmentSource().chunks(url, SCHEMA)):
        with pytest.raises(SourceError, match=message):
            ask(BASE + query)


@pytest.mark.parametrize("url", ["simulator://scms?rows=5", "simulator:smart_logistics", "simulator://[", "files.csv"])
def test_no_other_table_is_simulated(url):
    with pytest.raises(SourceError, match="simulator://smart_logistics"):
        ShipmentSource().digest(url)


# -------------------------------------------------- the label and its causes


def test_labels_come_out_as_often_as_the_truth_says():
    rows = drawn("rows=200000")
    chances, late = rows["late_probability"], rows["late"]

    for part in np.array_split(np.argsort(chances), 20):
        expected, variance = chances[part].sum(), (chances[part] * (1 - chances[part])).sum()
        assert abs(late[part].sum() - expected) < 4 * np.sqrt(variance)  # one seed in 800 would fail one of 20 bins


def test_the_late_rate_and_the_ceiling_are_those_promised():
    rows = drawn("rows=200000")

    assert 0.35 < rows["late"].mean() < 0.45
    assert 0.80 < roc_auc_score(rows["late"], rows["late_probability"]) < 0.85


def test_the_truth_is_the_sum_of_the_planted_causes_over_the_columns_that_people_see():
    clean = table("rows=20000&dirt=0")
    times = pd.to_datetime(clean["Timestamp"]).dt
    seen = Circumstances(
        hour=times.hour.to_numpy(),
        weekday=times.weekday.to_numpy(),
        traffic=clean["Traffic_Status"].map(TRAFFIC.index).to_numpy(dtype=int),
        waiting_time=clean["Waiting_Time"].to_numpy(dtype=float),
        temperature=clean["Temperature"].to_numpy(dtype=float),
        asset_utilization=clean["Asset_Utilization"].to_numpy(dtype=float),
    )

    chances = truth("rows=20000&dirt=0")

    assert np.allclose(np.log(chances / (1 - chances)), late_log_odds(seen, {}))
    for cause in CAUSES:
        assert abs(cause.effect(seen).mean()) < 0.03, cause.name
        assert cause.effect(seen).std() > 0.2, cause.name


@pytest.mark.parametrize(("weaker", "stronger"), [("Clear", "Detour"), ("Detour", "Heavy"), ("Heavy", "Flooded")])
def test_worse_traffic_makes_late(weaker, stronger):
    effect = {cause.name: cause.effect for cause in CAUSES}["traffic"]

    def of(status: str) -> float:
        codes, zeros = np.array([TRAFFIC.index(status)]), np.zeros(1)
        return float(effect(Circumstances(codes * 0, codes * 0, codes, zeros, zeros, zeros))[0])

    assert of(weaker) < of(stronger)


def test_noise_columns_say_nothing_about_the_truth():
    numbers = table("rows=50000&dirt=0")
    chances = truth("rows=50000&dirt=0")

    for column in (
        "Latitude",
        "Longitude",
        "Inventory_Level",
        "Humidity",
        "User_Transaction_Amount",
        "Demand_Forecast",
    ):
        assert abs(np.corrcoef(numbers[column].astype(float), chances)[0, 1]) < 4 / np.sqrt(50_000), column


@pytest.mark.parametrize("column", ["status", "reason"])
@pytest.mark.parametrize("late", [0, 1])
def test_post_hoc_columns_know_the_label_and_nothing_else(column, late):
    rows = drawn("rows=200000&known_after_days=0")
    group = rows["late"] == late
    chances, values = rows["late_probability"][group], rows[column][group]

    for value in np.unique(values):
        part = chances[values == value]
        assert abs(part.mean() - chances.mean()) < 4 * chances.std() / np.sqrt(len(part))


def test_the_status_gives_the_label_away():
    closed = table("rows=50000&dirt=0&known_after_days=0")
    late = closed["Logistics_Delay"] == "1"

    assert (closed.loc[late, "Shipment_Status"] == "Delayed").mean() == pytest.approx(0.94, abs=0.01)
    assert not (closed.loc[~late, "Shipment_Status"] == "Delayed").any()
    assert roc_auc_score(late, closed["Shipment_Status"] == STATUSES[0]) > 0.95


def test_shipments_of_the_last_days_are_open_and_no_others():
    rows = table("rows=20000&dirt=0&known_after_days=5")
    is_open = pd.to_datetime(rows["Timestamp"]) > pd.Timestamp("2024-12-31") - pd.Timedelta(days=5)

    assert is_open.mean() == pytest.approx(5 / 365, abs=0.001)
    assert set(rows.loc[is_open, "Logistics_Delay"]) == {""}
    assert set(rows.loc[is_open, "Shipment_Status"]) == {"In Transit"}
    assert set(rows.loc[is_open, "Logistics_Delay_Reason"]) == {""}
    assert set(rows.loc[~is_open, "Logistics_Delay"]) == {"0", "1"}
    assert "" not in set(rows.loc[~is_open, "Logistics_Delay_Reason"])


def test_a_label_known_at_once_leaves_no_shipment_open():
    assert set(table("rows=5000&dirt=0&known_after_days=0")["Logistics_Delay"]) == {"0", "1"}


# ------------------------------------------------------------------- dirt


def test_dirt_spoils_its_share_of_rows_in_one_value_each_and_never_the_truth():
    clean, dirty = table("rows=50000&dirt=0"), table("rows=50000&dirt=0.02")
    changed = clean != dirty

    assert changed.any(axis=1).mean() == pytest.approx(0.02, abs=4 * np.sqrt(0.02 * 0.98 / 50_000))
    assert changed.sum(axis=1).max() == 1
    assert np.array_equal(truth("rows=50000&dirt=0"), truth("rows=50000&dirt=0.02"))


def test_every_kind_of_dirt_occurs():
    rows = table("rows=20000&dirt=0.02")

    kinds = (
        dirt_kinds.UNPARSEABLE_DATES,
        dirt_kinds.NUMBERS_WITH_TEXT,
        dirt_kinds.IMPOSSIBLE_VALUES,
        dirt_kinds.MISSING_VALUES,
    )
    for column, pattern in chain.from_iterable(kinds):
        assert rows[column].str.fullmatch(pattern.replace("{}", ".+")).any(), (column, pattern)


# ------------------------------------------------------------------ drift

DRIFTS = ["covariate", "label", "concept", "missing", "unseen", "unit"]
START, FULL = 6_000, 8_000  # rows of 10,000 at which a drift with start=0.6 and ramp=0.2 begins and is complete


def before_and_after(kind: str, options: str = "") -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray, np.ndarray]:
    plain, drifted = "rows=10000&dirt=0", f"rows=10000&dirt=0&drift={kind}:start=0.6,ramp=0.2{options}"
    return table(plain), table(drifted), truth(plain), truth(drifted)


@pytest.mark.parametrize("kind", DRIFTS)
def test_nothing_drifts_before_the_start_and_something_does_thereafter(kind):
    plain, drifted, plain_truth, drifted_truth = before_and_after(kind)

    pd.testing.assert_frame_equal(plain[:START], drifted[:START])
    assert np.array_equal(plain_truth[:START], drifted_truth[:START])
    assert (plain[FULL:] != drifted[FULL:]).any(axis=None) or (plain_truth[FULL:] != drifted_truth[FULL:]).any()


@pytest.mark.parametrize("kind", DRIFTS)
def test_drift_without_a_ramp_is_sudden(kind):
    plain, drifted = table("rows=10000&dirt=0"), table(f"rows=10000&dirt=0&drift={kind}:start=0.5,ramp=0,size=1")

    pd.testing.assert_frame_equal(plain[:5_000], drifted[:5_000])
    assert (plain[5_000:5_200] != drifted[5_000:5_200]).any(axis=None)


def test_covariate_drift_shifts_features_and_the_truth_follows_them():
    plain, drifted, plain_truth, drifted_truth = before_and_after("covariate")

    assert (plain["Traffic_Status"][FULL:] == "Heavy").mean() == pytest.approx(0.33, abs=0.04)
    assert (drifted["Traffic_Status"][FULL:] == "Heavy").mean() == pytest.approx(0.66, abs=0.04)
    assert drifted["Waiting_Time"][FULL:].astype(int).mean() > plain["Waiting_Time"][FULL:].astype(int).mean() + 8
    assert drifted_truth[FULL:].mean() > plain_truth[FULL:].mean() + 0.1
    untouched = ["Timestamp", "Asset_ID", "Latitude", "Temperature", "Demand_Forecast"]
    pd.testing.assert_frame_equal(plain[untouched], drifted[untouched])


def test_covariate_drift_of_a_noise_column_leaves_the_truth_alone():
    plain, drifted, plain_truth, drifted_truth = before_and_after("covariate", ",column=Demand_Forecast")

    assert list(plain.columns[(plain != drifted).any()]) == ["Demand_Forecast"]
    assert np.array_equal(plain_truth, drifted_truth)


@pytest.mark.parametrize("column", ["Latitude", "Temperature", "Waiting_Time", "User_Purchase_Frequency"])
@pytest.mark.parametrize("size", [-5, 5])
def test_the_strongest_covariate_drift_stays_within_the_schema(column, size):
    drifted = table(f"rows=10000&dirt=0&drift=covariate:start=0,ramp=0,size={size},column={column}")

    rule = SCHEMA.columns[column]
    assert drifted[column].astype(float).between(rule.minimum, rule.maximum).all()


@pytest.mark.parametrize("size", [-5, 5])
def test_the_strongest_covariate_drift_invents_no_category(size):
    options = f"start=0,ramp=0,size={size}"
    drifted = table(f"rows=10000&dirt=0&drift=covariate:{options}&drift=covariate:{options},column=Asset_ID")

    assert set(drifted["Traffic_Status"]) <= {"Clear", "Detour", "Heavy"}
    assert set(drifted["Asset_ID"]) <= TRUCKS


def test_label_drift_shifts_the_log_odds_growing_straight_from_nothing():
    plain, drifted, plain_truth, drifted_truth = before_and_after("label", ",size=-2")

    shift = np.log(drifted_truth / (1 - drifted_truth)) - np.log(plain_truth / (1 - plain_truth))
    expected = -2 * np.clip((np.arange(10_000) / 10_000 - 0.6) / 0.2, 0, 1)
    assert np.allclose(shift, expected, atol=0.002)
    features = [
        name for name in COLUMNS if name not in ("Shipment_Status", "Logistics_Delay_Reason", "Logistics_Delay")
    ]
    pd.testing.assert_frame_equal(plain[features], drifted[features])
    assert drifted_truth[FULL:].mean() < plain_truth[FULL:].mean() - 0.15


@pytest.mark.parametrize(("size", "sign"), [(1, 0), (2, -1), (-1, 2)])
def test_concept_drift_ends_or_reverses_the_effect_of_a_column(size, sign):
    plain, _, plain_truth, drifted_truth = before_and_after("concept", f",size={size},column=Waiting_Time")

    effect = 0.055 * (plain["Waiting_Time"].astype(float).to_numpy() - 35)
    left = np.log(drifted_truth / (1 - drifted_truth)) - np.log(plain_truth / (1 - plain_truth)) + effect
    assert np.allclose(left[FULL:], sign * effect[FULL:])


def test_concept_drift_leaves_the_features_and_the_late_rate_about_where_they_were():
    plain, drifted, plain_truth, drifted_truth = before_and_after("concept")

    pd.testing.assert_series_equal(plain["Traffic_Status"], drifted["Traffic_Status"])
    assert drifted_truth[FULL:].mean() == pytest.approx(plain_truth[FULL:].mean(), abs=0.03)
    heavy = (plain["Traffic_Status"] == "Heavy").to_numpy() & (np.arange(10_000) >= FULL)
    assert drifted_truth[heavy].mean() < plain_truth[heavy].mean() - 0.15


def test_missing_drift_empties_a_share_of_the_nullable_columns_and_not_the_truth():
    plain, drifted, plain_truth, drifted_truth = before_and_after("missing", ",size=0.4")

    for column in ("Temperature", "Humidity"):
        assert (drifted[column][FULL:] == "").mean() == pytest.approx(0.4, abs=0.04)
        kept = drifted[column] != ""
        pd.testing.assert_series_equal(drifted[column][kept], plain[column][kept])
    assert np.array_equal(plain_truth, drifted_truth)


def test_missing_drift_can_keep_to_one_column():
    _, drifted, *_ = before_and_after("missing", ",column=Humidity")

    assert (drifted["Humidity"] == "").any()
    assert not (drifted["Temperature"] == "").any()


def test_unseen_drift_brings_a_category_that_the_schema_does_not_know_and_that_matters():
    _, drifted, plain_truth, drifted_truth = before_and_after("unseen")

    flooded = (drifted["Traffic_Status"] == "Flooded").to_numpy()
    assert "Flooded" not in SCHEMA.columns["Traffic_Status"].categories
    assert flooded[FULL:].mean() == pytest.approx(0.2, abs=0.04)
    assert drifted_truth[flooded].mean() > plain_truth[flooded].mean() + 0.2
    assert np.array_equal(drifted_truth[~flooded], plain_truth[~flooded])


def test_unit_drift_records_fahrenheit_and_the_truth_does_not_care():
    plain, drifted, plain_truth, drifted_truth = before_and_after("unit")

    celsius, recorded = plain["Temperature"][FULL:].astype(float), drifted["Temperature"][FULL:].astype(float)
    assert np.allclose(recorded, celsius * 9 / 5 + 32, atol=0.051)
    assert np.array_equal(plain_truth, drifted_truth)


def test_drifts_work_together():
    both = truth("rows=10000&drift=label:size=1&drift=label:size=-1&drift=unit&drift=missing")

    assert np.allclose(both, truth("rows=10000"))


# ------------------------------------------------------------------ files


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_written_table_reads_back_with_its_truth(tmp_path, suffix):
    query, path, progress = "rows=60001&drift=missing&dirt=0.01", tmp_path / f"shipments{suffix}", Counting()

    written = write_table(f"{BASE}?{query}", path, progress)

    read = pd.read_csv(path, dtype=str, keep_default_na=False) if suffix == ".csv" else pq.read_table(path).to_pandas()
    pd.testing.assert_frame_equal(read.astype(object), table(query))
    assert np.array_equal(Oracle().late_probability(str(path)), truth(query))
    assert (written.path, written.truth, written.rows) == (path, tmp_path / "shipments.truth.parquet", 60_001)
    assert pq.read_schema(written.truth).metadata[b"table_sha256"].decode() == written.sha256
    assert pq.read_table(written.truth).column_names == ["source_row", "late_probability"]
    assert (progress.steps[0][1], sum(progress.pieces)) == (60_001, 60_001)
    assert {file.name for file in tmp_path.iterdir()} == {path.name, "shipments.truth.parquet"}


def test_csv_is_written_as_the_real_table_is(tmp_path):
    write_table(f"{BASE}?rows=3", tmp_path / "a.csv", Counting())

    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(",".join(COLUMNS).encode() + b"\r\n2024-")
    assert content.count(b"\r\n") == content.count(b"\n") == 4


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_writing_again_gives_the_same_bytes(tmp_path, suffix):
    first, second = (write_table(f"{BASE}?rows=70000", tmp_path / f"{name}{suffix}", Counting()) for name in "ab")

    assert first.sha256 == second.sha256
    assert first.truth.read_bytes() == second.truth.read_bytes()


def test_an_existing_file_is_kept_unless_overwriting_is_asked_for(tmp_path):
    path = tmp_path / "shipments.csv"
    path.write_text("precious")

    with pytest.raises(StoreError, match=r"shipments\.csv exists already; choose another name, or ask to overwrite"):
        write_table(f"{BASE}?rows=5", path, Counting())
    assert path.read_text() == "precious"

    write_table(f"{BASE}?rows=5", path, Counting(), overwrite=True)
    assert len(Oracle().late_probability(str(path))) == len(pd.read_csv(path)) == 5


def test_a_file_that_appears_meanwhile_is_kept(tmp_path):
    path = tmp_path / "shipments.csv"

    class Rival(Counting):
        def advance(self, pieces: int = 1) -> None:
            super().advance(pieces)
            path.write_text("precious")

    with pytest.raises(StoreError, match="exists already"):
        write_table(f"{BASE}?rows=5", path, Rival())

    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("shipments.csv", "precious")]


def test_two_formats_of_one_name_do_not_steal_each_others_truth(tmp_path):
    write_table(f"{BASE}?rows=5", tmp_path / "a.csv", Counting())

    with pytest.raises(StoreError, match=r"a\.truth\.parquet may hold the truth about a\.csv; choose another name"):
        write_table(f"{BASE}?rows=5", tmp_path / "a.parquet", Counting(), overwrite=True)


def test_a_failure_half_way_leaves_what_was_there(tmp_path):
    path = tmp_path / "shipments.csv"
    write_table(f"{BASE}?rows=5", path, Counting())
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}

    with pytest.raises(StoreError, match=r"cannot write .*shipments\.csv: .*No space left on device"):
        write_table(f"{BASE}?rows=100000", path, Failing(), overwrite=True)

    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_truth_put_in_place_before_its_table_misleads_nobody(tmp_path):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    write_table(f"{BASE}?rows=5&seed=1", old, Counting())
    write_table(f"{BASE}?rows=5&seed=2", new, Counting())

    (tmp_path / "new.truth.parquet").replace(tmp_path / "old.truth.parquet")  # as if killed before the second rename
    with pytest.raises(SourceError, match="belongs to another table"):
        Oracle().late_probability(str(old))

    write_table(f"{BASE}?rows=5&seed=2", old, Counting(), overwrite=True)
    assert np.array_equal(Oracle().late_probability(str(old)), truth("rows=5&seed=2"))


def test_truth_left_without_a_table_is_replaced(tmp_path):
    path = tmp_path / "shipments.csv"
    write_table(f"{BASE}?rows=5", path, Counting())
    path.unlink()

    with pytest.raises(SourceError, match=r"no such file, though shipments\.truth\.parquet holds the truth about it"):
        Oracle().late_probability(str(path))
    write_table(f"{BASE}?rows=6", path, Counting())

    assert len(Oracle().late_probability(path.as_uri())) == 6


def test_a_damaged_sidecar_is_refused(tmp_path):
    path = tmp_path / "shipments.csv"
    written = write_table(f"{BASE}?rows=5", path, Counting())
    written.truth.write_bytes(b"PAR1 no more")

    with pytest.raises(SourceError, match=r"cannot be read as the truth about .*; remove shipments\.truth\.parquet"):
        Oracle().late_probability(str(path))


@pytest.mark.parametrize("values", [[0.5, np.nan], [0.5, 1.5]])
def test_a_sidecar_without_sound_probabilities_is_refused(tmp_path, values):
    path = tmp_path / "shipments.csv"
    written = write_table(f"{BASE}?rows=2", path, Counting())
    sound = pq.read_table(written.truth)
    pq.write_table(sound.set_column(1, "late_probability", [values]), written.truth)

    with pytest.raises(SourceError, match="is damaged"):
        Oracle().late_probability(str(path))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.xlsx", r"a\.xlsx: a simulated table is written to a file ending in \.csv or \.parquet"),
        ("absent/a.csv", "there is no folder .*absent; make it first"),
        ("folder.csv", r"folder\.csv exists already"),
    ],
)
def test_a_place_that_cannot_hold_a_table_is_refused(tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()

    with pytest.raises(StoreError, match=message):
        write_table(f"{BASE}?rows=5", tmp_path / name, Counting(), overwrite=True)
