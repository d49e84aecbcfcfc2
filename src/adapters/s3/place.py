"""Where an object lies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A bucket and a key in it."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def arguments(self) -> dict[str, str]:
        """As boto3's calls want them."""
        return {"Bucket": self.bucket, "Key": self.key}
