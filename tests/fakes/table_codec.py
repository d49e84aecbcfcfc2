"""Tables as JSON."""

import io

import pandas as pd

from delay_core.errors import StoreError
from delay_core.ports import table_codec


class TableCodec(table_codec.TableCodec):
    suffix = "json"

    def encode(self, table):
        return table.reset_index(drop=True).to_json(orient="table", index=False, double_precision=15).encode()

    def decode(self, content, columns=None):
        try:
            table = pd.read_json(io.StringIO(content.decode()), orient="table", precise_float=True)
        except (ValueError, UnicodeDecodeError) as error:
            raise StoreError(f"not a table: {error}") from error
        return table if columns is None else table[list(columns)]
