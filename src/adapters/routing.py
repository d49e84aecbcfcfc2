"""A shipment source and a table sampler that choose another one by the scheme of the URL."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import pandas as pd

from delay_core import ShipmentSchema
from delay_core.errors import SourceError
from delay_core.ports import shipment_source, table_sampler
from delay_core.ports.table_sampler import Sample
from delay_core.table_urls import scheme, without_password

Reader = TypeVar("Reader")


class RoutedShipmentSource(shipment_source.ShipmentSource):
    """Delegates to the source of the URL's scheme; a plain path has the scheme `file`."""

    def __init__(self, sources: Mapping[str, Callable[[], shipment_source.ShipmentSource]]) -> None:
        """`sources` maps each scheme to a function that creates its source, called at every read."""
        self._sources = sources

    def digest(self, url: str) -> str:
        return _choose(self._sources, url).digest(url)

    def chunks(self, url: str, schema: ShipmentSchema) -> Iterator[pd.DataFrame]:
        return _choose(self._sources, url).chunks(url, schema)


class RoutedTableSampler(table_sampler.TableSampler):
    """Delegates to the sampler of the URL's scheme; a plain path has the scheme `file`."""

    def __init__(self, samplers: Mapping[str, Callable[[], table_sampler.TableSampler]]) -> None:
        """`samplers` maps each scheme to a function that creates its sampler, called at every read."""
        self._samplers = samplers

    def sample(self, url: str, rows: int) -> Sample:
        return _choose(self._samplers, url).sample(url, rows)


def _choose(readers: Mapping[str, Callable[[], Reader]], url: str) -> Reader:
    name = scheme(url)
    if name not in readers:
        schemes = ", ".join(f"{each}://" for each in readers)
        raise SourceError(f"{without_password(url)}: no source reads {name}://; use a path, or a URL with {schemes}")
    return readers[name]()
