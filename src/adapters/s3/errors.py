"""Errors of S3 as errors of the product, with hints that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own, which no builtin covers
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)

from delay_core.errors import NoDataYet, SourceError, SourceUnavailable, StoreError

_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_PERMISSIONS = (
    "these keys need s3:ListBucket and s3:ListBucketMultipartUploads on the bucket; s3:GetObject, s3:PutObject, "
    "s3:DeleteObject, s3:AbortMultipartUpload and s3:ListMultipartUploadParts on its objects; and, if it is encrypted "
    "with SSE-KMS, kms:GenerateDataKey and kms:Decrypt on its key"
)
_REGION = "the bucket is in another region; set AWS_DEFAULT_REGION to it"

_BY_CODE = {
    "NoSuchBucket": "there is no such bucket; correct the name, or create the bucket",
    "NoSuchKey": "there is no such object; correct the key",
    "404": "there is no such object; correct the key",
    "AccessDenied": f"access denied; {_PERMISSIONS}",
    "403": f"access denied; {_PERMISSIONS}",
    "InvalidAccessKeyId": f"the server does not know this access key; {_KEYS}",
    "SignatureDoesNotMatch": f"the secret key does not fit the access key; {_KEYS}",
    "ExpiredToken": f"the keys have expired; {_KEYS} again",
    "InvalidToken": f"the keys' token is not valid; {_KEYS} again",
    "RequestTimeTooSkewed": "this machine's clock is wrong; set it",
    "PermanentRedirect": _REGION,
    "301": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "InvalidObjectState": "the object is archived; restore it first",
    "PreconditionFailed": "the object was replaced while it was being read; try again",
    "BadDigest": "the content was damaged in transit; try again",
    "XAmzContentChecksumMismatch": "the content was damaged in transit; try again",
}
_PRECONDITION_CODES = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchUpload")
_THROTTLING_CODES = ("SlowDown", "RequestTimeout", "Throttling", "TooManyRequests")
_MISSING_CODES = ("NoSuchKey", "404")


@contextmanager
def translate_errors(location: str) -> Iterator[None]:
    """Raise boto3's errors as StoreErrors that name the location and the remedy."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise StoreError(f"{location}: {_hint(error)}") from error


@contextmanager
def translate_source_errors(location: str) -> Iterator[None]:
    """Raise boto3's errors as the kinds of SourceError, in the same words."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        kind = SourceError
        if isinstance(error, ConnectionError | HTTPClientError) or _is_overloaded(error):
            kind = SourceUnavailable
        elif isinstance(error, ClientError) and is_missing(error):
            kind = NoDataYet
        raise kind(f"{location}: {_hint(error)}") from error


def error_code(error: ClientError) -> str:
    """S3's code of the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the object does not exist, in an existing bucket."""
    return error_code(error) in _MISSING_CODES


def precondition_failed(error: ClientError) -> bool:
    """Whether the condition of a request does not hold. An earlier attempt of the same request may have changed it."""
    return error_code(error) in _PRECONDITION_CODES


def _hint(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return _client_error_hint(error)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return f"no keys to S3 ({error}); {_KEYS}"
    if isinstance(error, FlexibleChecksumError):
        return "its content does not match its checksum: altered, or damaged in transit; try again, or restore it"
    if isinstance(error, ConnectionError | HTTPClientError):
        return f"no answer ({error}); is the S3 server up, and does AWS_ENDPOINT_URL name it?"
    if isinstance(error, ParamValidationError):
        return f"not a valid bucket or key: {' '.join(str(error).split())}"
    return f"{error}; correct the AWS settings"


def _client_error_hint(error: ClientError) -> str:
    code = error_code(error)
    if code in _BY_CODE:
        return _BY_CODE[code]
    if code.startswith("KMS."):
        return f"the KMS key of the bucket cannot be used ({code}); enable the key, or choose another one"
    message = error.response.get("Error", {}).get("Message", "")
    if _is_overloaded(error):
        attempts = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) + 1
        return f"the server is unavailable ({code}, tried {attempts} times); try again later"
    return f"S3 refused the request: {code} {message}".strip()


def _is_overloaded(error: BotoCoreError | ClientError) -> bool:
    """Whether the server responded that it cannot serve the request now."""
    if not isinstance(error, ClientError):
        return False
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error_code(error) in _THROTTLING_CODES
