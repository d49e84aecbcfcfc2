"""The assets of a schema: DAGs are scheduled by them, and lineage names datasets by their URIs."""

from pathlib import Path, PurePath
from typing import Literal

from airflow.sdk import Asset, AssetAlias

from delay_core.table_urls import HIDDEN, scheme, without_password

Subject = Literal[
    "raw-data", "ingested", "prepared", "model", "promotion", "predictions", "outcomes", "monitoring", "retraining"
]
"""What an asset is about: `promotion` is what the gate decided, `retraining` that monitoring asks for a new model."""


def schema_asset(schema: str, subject: Subject, source: str | None = None) -> Asset:
    """The asset of a schema, a name or the path of a file. With `source`, its URI is that of the table."""
    if source is not None:
        return Asset(uri=source_uri(source))
    name = PurePath(schema).stem
    return Asset(name=f"{name} {subject.replace('-', ' ')}", uri=f"delay-core://{name}/{subject}")


def retraining_alias(schema: str) -> AssetAlias:
    """The outlet of MonitorOperator: an event of the asset `retraining`, only if monitoring decides so."""
    return AssetAlias(name=f"{PurePath(schema).stem} retraining if needed")


def source_uri(source: str) -> str:
    """The URI of a table, without a password."""
    if scheme(source) == "file" and not source.startswith("file:"):
        return Path(source).absolute().as_uri()
    return without_password(source).replace(f":{HIDDEN}@", "@")
