"""What the services do with the buckets of data and models, by the product's own calls."""

import io
import tempfile
import uuid
from contextlib import closing, suppress
from pathlib import Path

from adapters.s3 import ArtifactStore, FolderSync, S3Client
from adapters.s3.location import ObjectLocation
from adapters.s3.upload import ExpectedContent, upload
from delay_core.errors import StoreError
from infra.local.services import BUCKETS
from infra.stand.part import PartFailed
from infra.terraform.storage_server import StorageServer

DATA, MODELS = BUCKETS
PIPELINES = "delay"
"""The folder of the bucket of data that pipelines write to."""
_KIND, _BUNDLE, _INTERRUPTED = "bundles", "of-pipelines", "interrupted"
_PART_BYTES = 5 * 2**20
_CONTENT = b"x" * (_PART_BYTES + 1)
"""It is uploaded in two parts."""
_OTHER_CONTENT = ExpectedContent("0" * 64, len(_CONTENT))


class _InterruptedError(Exception):
    pass


def write(bucket: str) -> None:
    """What a pipeline does: sets of files, and a folder kept equal."""
    _write_sets(bucket, "")
    client = _client()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "folder" / "table.csv"
        file.parent.mkdir()
        for content in ("1", "2"):
            file.write_text(content)
            FolderSync(client)(Path(folder), f"{bucket}/synchronized")
        file.unlink()
        (Path(folder) / "kept.csv").write_text("3")
        FolderSync(client)(Path(folder), f"{bucket}/synchronized", delete=True)


def read(bucket: str) -> None:
    """What a reader does: whether a set exists, its files, a folder."""
    client = _client()
    store = ArtifactStore(client, bucket)
    _require_absent(store, bucket)
    with tempfile.TemporaryDirectory() as folder:
        FolderSync(client)(Path(folder), bucket)
        for manifest in Path(folder).glob(f"{_KIND}/*/.manifest.json"):
            store.read(_KIND, manifest.parent.name, "model.onnx")


def write_bundles() -> None:
    """What a recalibration does."""
    _write_sets(DATA, PIPELINES)


def read_bundles() -> None:
    """What the API does to load a model of the pipelines."""
    store = ArtifactStore(_client(), DATA, PIPELINES)
    _require_absent(store, f"{DATA}/{PIPELINES}")
    store.read(_KIND, _BUNDLE, "model.onnx")


def write_bundle_of_pipelines() -> None:
    """The bundle that `read_bundles` reads."""
    _write_bundle(ArtifactStore(_client(), DATA, PIPELINES), _BUNDLE)


def remove_interrupted(server: StorageServer, prefix: str) -> int:
    """Remove what interrupted writers left below a folder of the bucket of data, with all rights; how much that was."""
    with closing(server.client()) as client:
        uploads = client.list_multipart_uploads(Bucket=DATA).get("Uploads", ())
        below = "/".join(filter(None, (prefix, _KIND, _INTERRUPTED)))
        objects = client.list_objects_v2(Bucket=DATA, Prefix=f"{below}/").get("Contents", ())
        for one in uploads:
            client.abort_multipart_upload(Bucket=DATA, Key=one["Key"], UploadId=one["UploadId"])
        for item in objects:
            client.delete_object(Bucket=DATA, Key=item["Key"])
    return len(uploads) + len(objects)


def _write_sets(bucket: str, prefix: str) -> None:
    """Bundles whose large files are uploaded in parts; what failed is cleaned up."""
    client = _client()
    store = ArtifactStore(client, bucket, prefix)
    _write_bundle(store, uuid.uuid4().hex)
    with suppress(_InterruptedError), store.create(_KIND, _INTERRUPTED) as writer:
        writer.write("model.onnx", b"1")
        raise _InterruptedError
    key = "/".join(filter(None, (prefix, _KIND, _INTERRUPTED, "upload")))
    with suppress(StoreError):  # the content is not the expected one: the upload is aborted
        upload(client, ObjectLocation(bucket, key), io.BytesIO(_CONTENT), _OTHER_CONTENT)


def _write_bundle(store: ArtifactStore, name: str) -> None:
    with store.create(_KIND, name) as writer:
        writer.write("model.onnx", _CONTENT)


def _require_absent(store: ArtifactStore, where: str) -> None:
    if store.has(_KIND, "missing"):
        raise PartFailed(f"{where} has a bundle that nobody wrote")


def _client() -> S3Client:
    return S3Client(part_bytes=_PART_BYTES, max_attempts=1)
