"""Amazon's S3 and servers that speak like it: a store of artifacts, a source of tables, a folder's mirror."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("s3"):
    from adapters.s3.artifact_store import ArtifactStore
    from adapters.s3.byte_source import ByteSource
    from adapters.s3.connection import Connection
    from adapters.s3.sync import FolderSync

__all__ = ["ArtifactStore", "ByteSource", "Connection", "FolderSync"]
