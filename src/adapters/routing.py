"""A shipment source that chooses another one by the scheme of the URL."""

import re
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from delay_core import ShipmentSchema
from delay_core.errors import SourceError
from delay_core.ports.shipment_source import ShipmentSource

_SCHEME = re.compile(r"(file):|([A-Za-z][A-Za-z0-9+.-]*)://")
"""A path may contain colons, as in `2024-01-01 10:30.csv`."""


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
        match = _SCHEME.match(url)
        scheme = (match[1] or match[2]).lower() if match else "file"
        if scheme not in self._sources:
            schemes = ", ".join(f"{name}://" for name in self._sources)
            raise SourceError(f"{url}: no source reads {scheme}://; use a path, or a URL with {schemes}")
        return self._sources[scheme]()
