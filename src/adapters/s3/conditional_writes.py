"""Whether a server honors the conditions of writes. Some servers store the object, whatever the condition says."""

from botocore.exceptions import ClientError

from adapters.s3.client import S3Client
from adapters.s3.errors import error_code, precondition_failed
from adapters.s3.location import ObjectLocation

_NOT_IMPLEMENTED = ("NotImplemented", "501")


def honors_if_none_match(client: S3Client, existing: ObjectLocation) -> bool:
    """Whether the server refuses to create an object that exists. Empties it otherwise. Raises ClientError."""
    return _refuses(client, existing, {"IfNoneMatch": "*"})


def honors_if_match(client: S3Client, existing: ObjectLocation) -> bool:
    """Whether the server refuses to replace another version than the current one. Raises ClientError."""
    return _refuses(client, existing, {"IfMatch": "0" * 32})


def _refuses(client: S3Client, existing: ObjectLocation, condition: dict[str, str]) -> bool:
    try:
        client.boto.put_object(**existing.kwargs, Body=b"", **condition)
    except ClientError as error:
        if precondition_failed(error):
            return True
        if error_code(error) in _NOT_IMPLEMENTED:
            return False
        raise
    return False
