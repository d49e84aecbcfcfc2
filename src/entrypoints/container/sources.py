"""Which adapter reads which URL."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlparse

import pandas as pd

from delay_core import ShipmentSchema
from delay_core.errors import SourceError
from delay_core.ports import shipment_source


class ShipmentSource(shipment_source.ShipmentSource):
    """Hands a URL to the source that speaks its scheme, made when first asked; a plain path has the scheme `file`."""

    def __init__(self, by_scheme: Mapping[str, Callable[[], shipment_source.ShipmentSource]]) -> None:
        self._by_scheme = by_scheme

    def digest(self, url: str) -> str:
        return self._speaker(url).digest(url)

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        return self._speaker(url).chunks(url, schema)

    def _speaker(self, url: str) -> shipment_source.ShipmentSource:
        scheme = urlparse(url).scheme if ":" in url.split("/", maxsplit=1)[0] else "file"
        if scheme not in self._by_scheme:
            known = ", ".join(f"{name}://" for name in self._by_scheme)
            raise SourceError(f"{url}: no source speaks {scheme}://; give a path, or a URL with {known}")
        return self._by_scheme[scheme]()
