"""The objects of buckets in files, for servers that keep them in memory: saved before a stop, restored at a start."""

import json
import tarfile
import tempfile
import uuid
from pathlib import Path
from typing import IO, Any, cast

from delay_core.errors import StoreError

_KEY, _METADATA = "DELAY.key", "DELAY.metadata"
_SPOOLED_BYTES = 16 * 2**20


def save_objects(client: Any, bucket: str, folder: Path) -> int:
    """Write all current objects of the bucket to `<folder>/<bucket>.tar`, in place of an earlier file; their number.

    Earlier versions of objects are not saved.
    """
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{bucket}.{uuid.uuid4().hex}"
    saved = 0
    try:
        with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as archive:
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for item in page.get("Contents", ()):
                    _add(archive, client.get_object(Bucket=bucket, Key=item["Key"]), str(item["Key"]))
                    saved += 1
        temporary.replace(_file(folder, bucket))
    finally:
        temporary.unlink(missing_ok=True)
    return saved


def restore_objects(client: Any, bucket: str, folder: Path) -> int:
    """Write the saved objects to the bucket unless it has objects; their number. Raises StoreError."""
    file = _file(folder, bucket)
    if not file.is_file() or client.list_objects_v2(Bucket=bucket, MaxKeys=1)["KeyCount"]:
        return 0
    restored = 0
    try:
        with tarfile.open(file, "r") as archive:
            for member in archive:
                content = cast("IO[bytes]", archive.extractfile(member))
                key, metadata = member.pax_headers[_KEY], json.loads(member.pax_headers[_METADATA])
                client.upload_fileobj(content, bucket, key, ExtraArgs={"Metadata": metadata})
                restored += 1
    except (tarfile.TarError, KeyError, ValueError) as error:
        raise StoreError(f"{file} is damaged, {restored} objects were restored; remove it, and run again") from error
    return restored


def _add(archive: tarfile.TarFile, response: Any, key: str) -> None:
    with tempfile.SpooledTemporaryFile(_SPOOLED_BYTES) as content:
        for chunk in response["Body"].iter_chunks(2**20):
            content.write(chunk)
        member = tarfile.TarInfo("object")
        member.size = content.tell()
        member.pax_headers = {_KEY: key, _METADATA: json.dumps(response.get("Metadata", {}))}
        content.seek(0)
        archive.addfile(member, cast("IO[bytes]", content))


def _file(folder: Path, bucket: str) -> Path:
    return folder / f"{bucket}.tar"
