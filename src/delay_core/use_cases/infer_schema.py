"""Infer a schema from a table."""

import re
from dataclasses import dataclass

from delay_core.errors import SchemaError
from delay_core.ports.progress import Progress
from delay_core.ports.table_sampler import Sample, TableSampler
from delay_core.schema_inference import add_review_note, infer_schema
from delay_core.schemas import parse_schema
from delay_core.table_urls import table_name, without_password
from delay_core.validation import ShipmentValidator

_MAX_LISTED_RULES = 3


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
        draft = infer_schema(sample, name or _schema_name(url))
        return add_review_note(draft, _check(draft, sample))


def _schema_name(url: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", table_name(url).lower()).strip("_")
    return name if name[:1].isalpha() else f"table_{name}".rstrip("_")


def _check(draft: str, sample: Sample) -> str:
    """What validation makes of the rows that the draft was inferred from, by the draft itself."""
    try:
        schema = parse_schema(draft, "draft")
    except SchemaError:
        return "The draft cannot be used before each ??? is filled in."
    result = ShipmentValidator(schema).validate(sample.rows)
    counts = result.counts
    note = f"Of these {counts.read:,} rows, the draft accepts {counts.accepted:,}, excludes {counts.excluded:,}"
    rules = [f"{rule} ({rows:,} rows)" for rule, rows in result.broken_rules.most_common(_MAX_LISTED_RULES)]
    reasons = f": {'; '.join(rules)}" if rules else ""
    return f"{note} and quarantines {counts.quarantined:,}{reasons}."
