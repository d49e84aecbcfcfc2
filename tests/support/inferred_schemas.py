"""Tables made for the tests of schema inference, and the schemas that are inferred from them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from delay_core import parse_schema
from delay_core.ports.table_sampler import Sample
from delay_core.schema import ShipmentSchema, SourceFormat
from delay_core.schema_inference import infer_schema

N = 480
"""The number of rows of the tables."""
Table = Mapping[str, Sequence[Any]]


def rng(seed: int = 1) -> np.random.Generator:
    """A random generator."""
    return np.random.default_rng(seed)


def infer(
    table: Table, name: str = "table", *, whole: bool = True, evidence: Iterable[str] = (), **source_format: Any
) -> str:
    """The text of the schema that is inferred from a table, as its reader passes it."""
    rows = pd.DataFrame(table).astype(object)
    return infer_schema(Sample(rows, SourceFormat(**source_format), tuple(evidence), whole), name)


def parse(text: str) -> ShipmentSchema:
    """The inferred schema, parsed."""
    return parse_schema(text, "inferred.yaml")


def column_lines(text: str, name: str) -> str:
    """The lines of a column with the comments above and beside it."""
    lines = text.split("\ncolumns:\n")[1].splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(rf"  '?{re.escape(name)}'?:", line))
    first = next((i + 1 for i in range(start - 1, -1, -1) if not lines[i].lstrip().startswith("#")), 0)
    last = next((i for i in range(start + 1, len(lines)) if not lines[i].startswith("    ")), len(lines))
    return "\n".join(lines[first:last])


def shipments(**columns: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """A plain table with a label, a prediction point and further columns."""
    random = rng()
    ordered = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, N), unit="h")
    return {
        "shipment_ref": [f"R{i:05d}" for i in range(N)],
        "ordered_at": list(ordered.strftime("%Y-%m-%d %H:%M:%S")),
        "weight": [f"{w:.2f}" for w in random.uniform(0.1, 40, N)],
        "late": [str(x) for x in random.integers(0, 2, N)],
        **columns,
    }


def choice(values: Sequence[str], seed: int = 2, shares: Sequence[float] | None = None) -> list[str]:
    """One of the values for each row, drawn at random."""
    return [values[i] for i in rng(seed).choice(len(values), N, p=shares)]
