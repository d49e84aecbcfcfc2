"""A folder and a bucket that tests change and synchronize."""

from pathlib import Path

from adapters.s3 import S3Client
from adapters.s3.sync import FolderSync


class SyncedPair:
    """A folder and a bucket, and what people do with them."""

    def __init__(self, client: S3Client, folder: Path, bucket: str) -> None:
        self.client, self.folder, self.bucket = client, folder, bucket

    def __call__(self, **options: bool) -> dict[str, str]:
        report = FolderSync(self.client)(self.folder, self.bucket, **options)
        return {step.path: step.action if step.done else f"({step.action})" for step in report.steps}

    def put(self, path: str, content: bytes) -> None:
        self.client.boto.put_object(Bucket=self.bucket, Key=path, Body=content)

    def drop(self, path: str) -> None:
        self.client.boto.delete_object(Bucket=self.bucket, Key=path)

    def write(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    @property
    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    @property
    def here(self) -> dict[str, bytes]:
        own = (".sync.lock", ".sync-state.json")
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name not in own]
        return {path.relative_to(self.folder).as_posix(): path.read_bytes() for path in files}

    @property
    def there(self) -> dict[str, bytes]:
        boto = self.client.boto
        pages = boto.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        return {key: boto.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}
