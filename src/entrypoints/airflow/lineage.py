"""What a task read and wrote, for OpenLineage: datasets are named by the URIs of assets."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from entrypoints.airflow.assets import Subject, schema_asset
from entrypoints.airflow.orm_models import complete_models

if TYPE_CHECKING:
    from airflow.providers.openlineage.extractors import OperatorLineage

NAMESPACE = "delay-core"


def uris(schema: str, subjects: Sequence[Subject], source: str | None) -> list[str]:
    """The URIs of the assets; that of the raw data and of outcomes is the table's if there is a source."""
    tables = ("raw-data", "outcomes")
    return [str(schema_asset(schema, one, source if one in tables else None).uri) for one in subjects]


def operator_lineage(
    inputs: Sequence[str], outputs: Sequence[str], result: dict[str, Any]
) -> "OperatorLineage[Any, Any]":
    """Datasets, and the digests and versions of the result as a facet of the run."""
    from airflow.providers.openlineage.extractors import OperatorLineage
    from openlineage.client.event_v2 import Dataset
    from openlineage.client.facet_v2 import DatasetFacet, documentation_dataset

    complete_models()
    identity = "; ".join(f"{key} {result[key]}" for key in ("digest", "bundle", "version") if key in result)
    facets: dict[str, DatasetFacet] = {
        "documentation": documentation_dataset.DocumentationDatasetFacet(description=identity)
    }
    return OperatorLineage(
        inputs=[Dataset(namespace=NAMESPACE, name=uri) for uri in inputs],
        outputs=[Dataset(namespace=NAMESPACE, name=uri, facets=facets) for uri in outputs],
    )
