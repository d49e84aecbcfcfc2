"""Everything that a run has written, as text that can be searched."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq


def everything_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file: names, and content; Parquet is decoded, anything else read as bytes."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                table = pq.read_table(path)
                content += f"{table.schema.metadata} " + "\n".join(str(column.to_pylist()) for column in table.columns)
            yield path, f"{path}\n{content}"
