"""Amazon S3 and compatible servers: an artifact store, a source of tables, a mirror of folders."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("s3"):
    from adapters.s3.artifact_store import ArtifactStore
    from adapters.s3.byte_source import ByteSource
    from adapters.s3.client import S3Client
    from adapters.s3.sync import FolderSync

__all__ = ["ArtifactStore", "ByteSource", "FolderSync", "S3Client"]
