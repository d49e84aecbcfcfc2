"""Schema inference: a first schema for a table, inferred from its first rows, for a person to review.

`profiling` describes each column of the sample, `detection` what the columns are to a schema, `rendering` writes the
YAML; `inference` connects them.
"""

from delay_core.schema_inference.rendering.review_notes import add_review_note
from delay_core.schema_inference.rendering.schema_text import infer_schema

__all__ = ["add_review_note", "infer_schema"]
