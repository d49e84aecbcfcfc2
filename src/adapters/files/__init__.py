"""Files of this machine: sources of tables, schemas, bundles, and an artifact store in a folder."""

from adapters.files.artifact_store import ArtifactStore
from adapters.files.bundle_folder import read_bundle
from adapters.files.byte_source import ByteSource
from adapters.files.schema_file import read_schema

__all__ = ["ArtifactStore", "ByteSource", "read_bundle", "read_schema"]
