"""The rows that are not accepted: what they hold, and which rules they break."""

import hashlib
import json
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from delay_core.validation.occurrence_counter import count_occurrences
from delay_core.violations import Violation, escape_surrogates


def quarantine_table(
    table: pd.DataFrame, source_rows: NDArray[np.int64], violations: Sequence[Sequence[Violation]]
) -> pd.DataFrame:
    """One line for each refused row: source_row, row_digest, occurrence, reasons, codes, row (JSON).

    `occurrence` numbers equal rows from 1; reasons and codes have the same order and are separated by "; ".
    Tables that were stored before codes existed have no column `codes`.
    """
    records = table.to_dict("records") or [{}] * len(table)  # pandas has no records of a table without columns
    rows = [
        escape_surrogates(
            json.dumps({str(k): None if v is None else str(v) for k, v in row.items()}, ensure_ascii=False)
        )
        for row in records
    ]
    digests = [hashlib.blake2b(row.encode(), digest_size=16).hexdigest() for row in rows]

    def joined(text: Callable[[Violation], str]) -> NDArray[np.object_]:
        return np.array([escape_surrogates("; ".join(map(text, row))) for row in violations], dtype=object)

    return pd.DataFrame(
        {
            "source_row": source_rows,
            "row_digest": np.array(digests, dtype=object),
            "occurrence": np.array(count_occurrences(digests), dtype=np.int64),
            "reasons": joined(str),
            "codes": joined(lambda violation: violation.code.value),
            "row": np.array(rows, dtype=object),
        }
    )
