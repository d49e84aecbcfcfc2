"""What an analyst would write instead of ingest and preprocess: one script, plain pandas, the whole table in memory.

    python plain_pandas.py TABLE FOLDER

It does the same for the table of the built-in schema smart_logistics, with its columns and limits written into the
code: every row is accepted or set aside with its reasons, equal rows are distinguished, rows are split by time with
outcomes known at the cuts, medians and categories are learned on train and validation, and all of it is kept as
Parquet.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

LIMITS = {
    "Latitude": (-90, 90),
    "Longitude": (-180, 180),
    "Inventory_Level": (0, 100_000),
    "Temperature": (-60, 70),
    "Humidity": (0, 100),
    "Waiting_Time": (0, 10_080),
    "User_Transaction_Amount": (0, 1_000_000),
    "User_Purchase_Frequency": (0, 10_000),
    "Asset_Utilization": (0, 100),
    "Demand_Forecast": (0, 100_000),
}
NULLABLE = ("Temperature", "Humidity")
KNOWN_AFTER = pd.Timedelta("3D")


def read(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str, keep_default_na=False)


def sort_out(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accepted rows with parsed columns, and refused rows with their reasons."""
    rows = pd.DataFrame({"source_row": np.arange(1, len(table) + 1)})
    reasons = pd.Series("", index=rows.index)
    written = table["Timestamp"].astype(str)
    rows["Timestamp"] = pd.to_datetime(written, format="ISO8601", errors="coerce").fillna(
        pd.to_datetime(written, format="%m/%d/%Y %H:%M", errors="coerce")
    )
    reasons[rows["Timestamp"].isna()] += "Timestamp: missing or no date; "
    for name, (low, high) in LIMITS.items():
        text = table[name]
        rows[name] = pd.to_numeric(text, errors="coerce")
        absent = text.isna() | (text == "")
        broken = rows[name].isna() & ~absent
        outside = (rows[name] < low) | (rows[name] > high)
        reasons[broken] += f"{name}: not a number; "
        reasons[outside] += f"{name}: out of range; "
        if name not in NULLABLE:
            reasons[absent] += f"{name}: missing; "
    for name in ("Asset_ID", "Traffic_Status"):
        rows[name] = table[name].replace("", None)
    reasons[rows["Traffic_Status"].isna()] += "Traffic_Status: missing; "
    label = table["Logistics_Delay"]
    rows["late"] = pd.to_numeric(label, errors="coerce")
    absent = label.isna() | (label == "")
    reasons[~absent & ~rows["late"].isin([0, 1])] += "Logistics_Delay: not a label; "
    good = reasons == ""
    refused = table[~good].assign(source_row=rows["source_row"], reasons=reasons)
    return rows[good].reset_index(drop=True), refused


def name_rows(rows: pd.DataFrame) -> None:
    """An id of each row's content, with its occurrence."""
    content = pd.util.hash_pandas_object(rows.drop(columns=["source_row", "late"]), index=False)
    occurrence = content.groupby(content).cumcount() + 1
    rows["shipment_id"] = content.astype(str) + "-" + occurrence.astype(str)


def split(rows: pd.DataFrame) -> pd.Series:
    part = pd.Series("open", index=rows.index)
    labelled = rows[rows["late"].notna()].sort_values("Timestamp", kind="stable")
    times = labelled["Timestamp"]
    cuts = [times.iloc[int(len(times) * share)] for share in (0.425, 0.85)]
    part[labelled.index] = np.select([times <= cuts[0], times <= cuts[1]], ["train", "validation"], "test")
    for name, cut in zip(("train", "validation"), cuts, strict=True):
        part[(part == name) & (rows["Timestamp"] + KNOWN_AFTER > cut)] = "purged"
    return part


def learn(rows: pd.DataFrame) -> dict[str, object]:
    counts = rows["Traffic_Status"].value_counts()
    return {"medians": rows[list(LIMITS)].median().to_dict(), "categories": sorted(counts[counts >= 5].index)}


def main() -> None:
    table, folder = read(Path(sys.argv[1])), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    rows, refused = sort_out(table)
    name_rows(rows)
    rows["part"] = split(rows)
    rows.to_parquet(folder / "accepted.parquet", compression="zstd", index=False)
    refused.to_parquet(folder / "refused.parquet", compression="zstd", index=False)
    state = {name: learn(rows[rows["part"].isin(parts)]) for name, parts in _PARTS.items()}
    (folder / "encoders.json").write_text(json.dumps(state))
    sys.stdout.write(f"{len(table)} = {len(rows)} + {len(refused)}\n")


_PARTS = {"train": ["train"], "final": ["train", "validation"]}

if __name__ == "__main__":
    main()
