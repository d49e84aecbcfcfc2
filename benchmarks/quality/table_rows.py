"""The rows of a table that fits into memory: as they are in the file, and as validation accepts them."""

import pandas as pd

from adapters.files import ByteSource
from adapters.simulator import ShipmentSource as Simulator
from adapters.tabular import ShipmentSource
from delay_core import ShipmentSchema
from delay_core.validation import ShipmentValidator


def raw_rows(schema: ShipmentSchema, url: str) -> pd.DataFrame:
    """The rows of the file or simulated table at `url`."""
    source = Simulator() if url.startswith("simulator:") else ShipmentSource(ByteSource())
    return pd.concat(list(source.chunks(url, schema)), ignore_index=True)


def accepted_rows(schema: ShipmentSchema, url: str) -> pd.DataFrame:
    """The accepted rows, canonical, in the order of the table."""
    return ShipmentValidator(schema).validate(raw_rows(schema, url)).accepted
