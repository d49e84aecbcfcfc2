"""A shipment source that chooses another one by the scheme of the URL."""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import pandas as pd

from delay_core import ShipmentSchema
from delay_core.errors import SourceError
from delay_core.ports.shipment_source import ShipmentSource


class RoutedShipmentSource(ShipmentSource):
    """Delegates to the source of the URL's scheme; a plain path has the scheme `file`."""

    def __init__(self, sources: Mapping[str, Callable[[], ShipmentSource]]) -> None:
        """`sources` maps each scheme to a function that creates its source, called at every read."""
        self._sources = sources

    def digest(self, url: str) -> str:
        return self._source(url).digest(url)

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        return self._source(url).chunks(url, schema)

    def _source(self, url: str) -> ShipmentSource:
        scheme = urlsplit(url).scheme if ":" in url.split("/", maxsplit=1)[0] else "file"
        if scheme not in self._sources:
            schemes = ", ".join(f"{name}://" for name in self._sources)
            raise SourceError(f"{url}: no source reads {scheme}://; use a path, or a URL with {schemes}")
        return self._sources[scheme]()
