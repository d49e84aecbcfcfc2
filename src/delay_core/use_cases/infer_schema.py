"""Infer a schema from a table."""

import re
from dataclasses import dataclass

from delay_core.ports.progress import Progress
from delay_core.ports.table_sampler import TableSampler
from delay_core.schema_inference import infer_schema
from delay_core.table_urls import table_name, without_password


@dataclass(frozen=True)
class InferSchema:
    """Reads the first rows of a table and writes a schema for a person to review; stores nothing."""

    sampler: TableSampler
    progress: Progress

    def __call__(self, url: str, name: str | None, rows: int) -> str:
        """YAML with the evidence for each line as comments; `name` is by default that of the file or table.

        Raises SourceError if the table cannot be read.
        """
        self.progress.step(f"Looking at {without_password(url)}")
        sample = self.sampler.sample(url, rows)
        self.progress.advance(len(sample.rows))
        return infer_schema(sample, name or _schema_name(url))


def _schema_name(url: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", table_name(url).lower()).strip("_")
    return name if name[:1].isalpha() else f"table_{name}".rstrip("_")
