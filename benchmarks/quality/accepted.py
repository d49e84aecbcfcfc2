"""The accepted rows of a table that fits into memory, without a pipeline."""

import pandas as pd

from adapters.files import ByteSource
from adapters.simulator import ShipmentSource as Simulator
from adapters.tables import ShipmentSource
from delay_core import ShipmentSchema
from delay_core.validation import ShipmentValidator


def accepted_rows(schema: ShipmentSchema, url: str) -> pd.DataFrame:
    """Canonical rows of the file or simulated table at this address, in its order."""
    source = Simulator() if url.startswith("simulator:") else ShipmentSource(ByteSource())
    table = pd.concat(list(source.chunks(url, schema)), ignore_index=True)
    return ShipmentValidator(schema).sort_out(table).accepted
