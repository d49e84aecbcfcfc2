"""The local folder as a store, and bundles from plain folders."""

from adapters.files.artifact_store import ArtifactStore
from adapters.files.bundle_folder import read_bundle, write_bundle

__all__ = ["ArtifactStore", "read_bundle", "write_bundle"]
