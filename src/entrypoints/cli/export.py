"""Predictions and pages as files."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from delay_core.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

    from delay_core.ports.table_codec import TableCodec


def write_predictions(partitions: "Iterator[pd.DataFrame]", codec: "TableCodec", out: Path) -> None:
    """Write all predictions as CSV, one partition at a time, or as Parquet. The file appears when it is complete.

    Raises StoreError.
    """
    if out.suffix not in (".csv", ".parquet"):
        raise StoreError(f"{out}: unknown file type; use a name that ends in .csv or .parquet")
    temporary = out.with_name(f".{out.name}.unfinished")
    try:
        if out.suffix == ".parquet":
            import pandas as pd

            temporary.write_bytes(codec.encode(pd.concat(partitions, ignore_index=True)))
        else:
            for number, partition in enumerate(partitions):
                partition.to_csv(temporary, index=False, mode="a" if number else "w", header=not number)
        temporary.replace(out)
    except OSError as error:
        raise StoreError(f"cannot write {out}: {error.strerror}; does the folder exist, and is it writable?") from error


def write_page(page: bytes, out: Path) -> None:
    """Write a page; its folder is created, and the file appears when it is complete. Raises StoreError."""
    temporary = out.with_name(f".{out.name}.unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(page)
        temporary.replace(out)
    except OSError as error:
        raise StoreError(f"cannot write {out}: {error.strerror}; is the folder writable?") from error
