"""From a sample to the text of a schema."""

from delay_core.ports.table_sampler import Sample
from delay_core.schema_inference.findings import find
from delay_core.schema_inference.render import render


def infer_schema(sample: Sample, name: str) -> str:
    """A schema as YAML for the table that the sample begins, with the evidence for each line as comments.

    `name` is the table's; the schema's is made from it. Where no label or no prediction point is found, `???` stands
    for the column and a comment says what to fill in; everything else is accepted by `parse_schema`. Nothing that
    stands in a column of personal data appears in it. The same sample gives the same text.
    """
    return render(find(sample), name)
