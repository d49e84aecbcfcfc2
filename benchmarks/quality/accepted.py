"""A table that fits into memory, without a pipeline: as it is written, and its accepted rows."""

import pandas as pd

from adapters.files import ByteSource
from adapters.simulator import ShipmentSource as Simulator
from adapters.tabular import ShipmentSource
from delay_core import ShipmentSchema
from delay_core.validation import ShipmentValidator


def raw_rows(schema: ShipmentSchema, url: str) -> pd.DataFrame:
    """The file or simulated table at this address."""
    source = Simulator() if url.startswith("simulator:") else ShipmentSource(ByteSource())
    return pd.concat(list(source.chunks(url, schema)), ignore_index=True)


def accepted_rows(schema: ShipmentSchema, url: str) -> pd.DataFrame:
    """Its canonical rows, in its order."""
    return ShipmentValidator(schema).validate(raw_rows(schema, url)).accepted
