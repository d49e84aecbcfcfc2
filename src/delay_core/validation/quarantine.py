"""The rows that were not accepted: what they said, and why they were refused."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def quarantine_table(
    table: pd.DataFrame, source_rows: NDArray[np.int64], reasons: Sequence[Sequence[str]]
) -> pd.DataFrame:
    """One line per refused row: source_row, row_digest, occurrence (equal rows are told apart), reasons, row (JSON)."""
    texts = [
        _storable(json.dumps({str(k): None if v is None else str(v) for k, v in row.items()}, ensure_ascii=False))
        for row in table.to_dict("records")
    ]
    digests = [hashlib.blake2b(text.encode(), digest_size=16).hexdigest() for text in texts]
    seen: Counter[str] = Counter()
    occurrences = []
    for name in digests:
        seen[name] += 1
        occurrences.append(seen[name])
    return pd.DataFrame(
        {
            "source_row": source_rows,
            "row_digest": np.array(digests, dtype=object),
            "occurrence": np.array(occurrences, dtype=np.int64),
            "reasons": np.array([_storable("; ".join(of_row)) for of_row in reasons], dtype=object),
            "row": np.array(texts, dtype=object),
        }
    )


def _storable(text: str) -> str:
    """The text with halves of characters written out, which no store can keep."""
    return text.encode(errors="backslashreplace").decode()
