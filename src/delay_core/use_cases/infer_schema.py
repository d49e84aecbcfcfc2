"""Draft a schema from a table that nobody has described."""

import re
from dataclasses import dataclass
from pathlib import PurePath

from delay_core.ports.progress import Progress
from delay_core.ports.table_sampler import TableSampler
from delay_core.schema_inference import infer_schema


@dataclass(frozen=True)
class InferSchema:
    """Looks at the beginning of the table; stores nothing."""

    sampler: TableSampler
    progress: Progress

    def __call__(self, url: str, name: str | None, rows: int) -> str:
        """YAML with the evidence of every finding beside it; `name` is by default the file's.

        Raises SourceError when the table cannot be read.
        """
        self.progress.step(f"Looking at {url}")
        sample = self.sampler.sample(url, rows)
        self.progress.advance(len(sample.rows))
        return infer_schema(sample, name or _name_of(url))


def _name_of(url: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", PurePath(url).stem.lower()).strip("_")
    return words if words[:1].isalpha() else f"table_{words}".rstrip("_")
