"""What went wrong with S3, in the product's words: one table for every place that talks to it."""

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

from delay_core.errors import DelayError, StoreError

_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE"
_RIGHTS = (
    "these keys need s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects"
)
_REGION = "the bucket lies in another region; set AWS_DEFAULT_REGION to it"

_BY_CODE = {
    "NoSuchBucket": "there is no such bucket; correct the name, or create the bucket",
    "NoSuchKey": "there is no such object; correct the key",
    "404": "there is no such object; correct the key",
    "AccessDenied": f"access denied; {_RIGHTS}",
    "403": f"access denied; {_RIGHTS}",
    "InvalidAccessKeyId": f"the server does not know this access key; {_KEYS}",
    "SignatureDoesNotMatch": f"the secret key does not fit the access key; {_KEYS}",
    "ExpiredToken": f"the keys have expired; {_KEYS} anew",
    "InvalidToken": f"the keys' token is not valid; {_KEYS} anew",
    "RequestTimeTooSkewed": "this machine's clock is wrong; set it",
    "PermanentRedirect": _REGION,
    "301": _REGION,
    "AuthorizationHeaderMalformed": _REGION,
    "InvalidObjectState": "the object lies in an archive; restore it first",
    "PreconditionFailed": "the object was replaced while it was being read; try again",
    "BadDigest": "the content was damaged on its way; try again",
    "XAmzContentChecksumMismatch": "the content was damaged on its way; try again",
}
_TAKEN = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409", "NoSuchUpload")
_MISSING = ("NoSuchKey", "404")


@contextmanager
def told(place: str, kind: type[DelayError] = StoreError) -> Iterator[None]:
    """Talk to S3 within; what goes wrong becomes an error of this kind that names the place and what would be right."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise kind(f"{place}: {_advice(error)}") from error


def code(error: ClientError) -> str:
    """S3's word for what is wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_missing(error: ClientError) -> bool:
    """Whether the object is not there (the bucket is)."""
    return code(error) in _MISSING


def is_taken(error: ClientError) -> bool:
    """Whether a conditional request found another state than it asked for; its own first try may have made it."""
    return code(error) in _TAKEN


def _advice(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, ClientError):
        return _answer(error)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return f"no keys to S3 ({error}); {_KEYS}"
    if isinstance(error, FlexibleChecksumError):
        return "its content does not fit its checksum: altered, or damaged on its way; try again, or restore it"
    if isinstance(error, ConnectionError | HTTPClientError):
        return f"no answer ({error}); is the S3 server up, and does AWS_ENDPOINT_URL name it?"
    if isinstance(error, ParamValidationError):
        return f"not a bucket or key that S3 could have: {' '.join(str(error).split())}"
    return f"{error}; correct the AWS settings"


def _answer(error: ClientError) -> str:
    word = code(error)
    if word in _BY_CODE:
        return _BY_CODE[word]
    about = error.response.get("ResponseMetadata", {})
    message = error.response.get("Error", {}).get("Message", "")
    if about.get("HTTPStatusCode", 0) >= 500 or word in ("SlowDown", "RequestTimeout", "Throttling", "TooManyRequests"):
        return f"the server cannot serve now ({word}, tried {about.get('RetryAttempts', 0) + 1} times); try again later"
    return f"S3 refused: {word} {message}".strip()
