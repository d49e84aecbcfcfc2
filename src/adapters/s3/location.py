"""The location of an object."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectLocation:
    """A bucket and a key in it."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def kwargs(self) -> dict[str, str]:
        """The keyword arguments of boto3's calls."""
        return {"Bucket": self.bucket, "Key": self.key}
