"""Each service may do what its code needs and nothing else: the product's calls, on a server that enforces policies."""

import io
import json
import os
import tempfile
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from adapters.s3 import ArtifactStore, FolderSync, S3Client
from adapters.s3.location import ObjectLocation
from adapters.s3.upload import ExpectedContent, upload
from delay_core.errors import StoreError
from infra.local.services import BUCKETS
from infra.stand.part import PartFailed
from infra.terraform.storage_server import StorageServer

DATA, MODELS = BUCKETS
READABLE = {"training": {DATA, MODELS}, "serving": {MODELS}, "monitoring": {DATA}, "tracking": {MODELS}}
"""Buckets that a service reads. Training is the first: the others read what it writes."""
WRITABLE = {"training": {DATA, MODELS}, "serving": set[str](), "monitoring": set[str](), "tracking": {MODELS}}
BUNDLE_READERS = {"training", "serving", "monitoring"}
"""Services that read the bundles of the pipelines, wherever else in the bucket of data they may read."""
_PIPELINES, _BUNDLE = "delay", "of-pipelines"
"""A folder in the bucket of data, and a set in it."""

_PART_BYTES = 5 * 2**20
_CONTENT = b"x" * (_PART_BYTES + 1)
"""It is uploaded in two parts."""


class _InterruptedError(Exception):
    pass


def prove_rights(server: StorageServer) -> str:
    """A note with the numbers of calls. Raises PartFailed, StoreError."""
    keys = {service: _assume_role(server, service) for service in READABLE}
    refused = allowed = 0
    for service, readable in READABLE.items():
        for bucket in BUCKETS:
            for call, buckets in ((_write, WRITABLE[service]), (_read, readable)):
                with _enforced(server), _environment(server, keys[service]):
                    is_refused = _is_refused(lambda call=call, bucket=bucket: call(bucket))  # type: ignore[misc]
                if is_refused == (bucket in buckets):
                    may = "may" if bucket in buckets else "must not"
                    raise PartFailed(f"{service} {may} {call.__name__.strip('_')} {bucket}, but that was not so")
                refused, allowed = refused + is_refused, allowed + (not is_refused)
    with _enforced(server), _environment(server, keys["training"]):
        _write_bundle(ArtifactStore(S3Client(part_bytes=_PART_BYTES, max_attempts=1), DATA, _PIPELINES), _BUNDLE)
    for service in READABLE:
        with _enforced(server), _environment(server, keys[service]):
            is_refused = _is_refused(_read_bundle)
        if is_refused == (service in BUNDLE_READERS):
            may = "may" if service in BUNDLE_READERS else "must not"
            raise PartFailed(f"{service} {may} read the bundles of pipelines, but that was not so")
        refused, allowed = refused + is_refused, allowed + (not is_refused)
    actions = _prove_that_each_action_is_needed(server, keys["training"])
    return f"{allowed} uses allowed, {refused} refused, {actions} actions needed"


def _write(bucket: str) -> None:
    """What a pipeline does: sets of files, large ones in parts; a folder kept equal; what failed is cleaned up."""
    client = S3Client(part_bytes=_PART_BYTES, max_attempts=1)
    store = ArtifactStore(client, bucket)
    _write_bundle(store, uuid.uuid4().hex)
    with suppress(_InterruptedError), store.create("interrupted", "a1") as writer:
        writer.write("model.onnx", b"1")
        raise _InterruptedError
    with suppress(StoreError):  # the content is not the expected one: the upload is aborted
        upload(client, ObjectLocation(bucket, "interrupted/upload"), io.BytesIO(_CONTENT), _OTHER_CONTENT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "folder" / "table.csv"
        file.parent.mkdir()
        for content in ("1", "2"):
            file.write_text(content)
            FolderSync(client)(Path(folder), f"{bucket}/synchronized")
        file.unlink()
        (Path(folder) / "kept.csv").write_text("3")
        FolderSync(client)(Path(folder), f"{bucket}/synchronized", delete=True)


_OTHER_CONTENT = ExpectedContent("0" * 64, len(_CONTENT))


def _write_bundle(store: ArtifactStore, name: str) -> None:
    with store.create("bundles", name) as writer:
        writer.write("model.onnx", _CONTENT)


def _read_bundle() -> None:
    """What the API does to load a model of the pipelines."""
    store = ArtifactStore(S3Client(max_attempts=1), DATA, _PIPELINES)
    if store.has("bundles", "missing"):
        raise PartFailed(f"{DATA}/{_PIPELINES} has a bundle that nobody wrote")
    store.read("bundles", _BUNDLE, "model.onnx")


def _read(bucket: str) -> None:
    """What a reader does: whether a set exists, its files, a folder."""
    client = S3Client(max_attempts=1)
    store = ArtifactStore(client, bucket)
    if store.has("bundles", "missing"):
        raise PartFailed(f"{bucket} has a set that nobody wrote")
    with tempfile.TemporaryDirectory() as folder:
        FolderSync(client)(Path(folder), bucket)
        for manifest in Path(folder).glob("bundles/*/.manifest.json"):
            store.read("bundles", manifest.parent.name, "model.onnx")


def _is_refused(call: Callable[[], None]) -> bool:
    """Whether the server refuses a request of the call. Raises StoreError if it fails for another reason."""
    try:
        call()
    except StoreError as error:
        cause = error.__cause__
        if (
            isinstance(cause, ClientError)
            and cause.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.FORBIDDEN
        ):
            return True
        raise
    return False


def _prove_that_each_action_is_needed(server: StorageServer, keys: Mapping[str, str]) -> int:
    """Without any one action of its policy, training fails, or leaves something behind. Raises PartFailed."""
    with closing(server.client("iam")) as iam:
        [policy] = (item for item in iam.list_policies()["Policies"] if item["PolicyName"] == "delay-training")
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        document = version["PolicyVersion"]["Document"]
        actions = sorted({action for statement in document["Statement"] for action in _list(statement["Action"])})
        try:
            for action in actions:
                _replace_policy(iam, policy["Arn"], _without(document, action))
                _remove_interrupted(server, DATA)
                with _enforced(server), _environment(server, keys):
                    enough = not _is_refused(lambda: _write(DATA)) and not _is_refused(lambda: _read(DATA))
                if not _remove_interrupted(server, DATA) and enough:
                    raise PartFailed(f"the policy of training has {action}, which nothing needs; remove it")
        finally:
            _replace_policy(iam, policy["Arn"], document)
    return len(actions)


def _replace_policy(iam: Any, arn: str, document: Mapping[str, Any]) -> None:
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])  # IAM keeps five at most
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)


def _without(document: Mapping[str, Any], action: str) -> dict[str, Any]:
    statements = []
    for statement in document["Statement"]:
        left = [name for name in _list(statement["Action"]) if name != action]
        statements += [{**statement, "Action": left}] if left else []
    return {**document, "Statement": statements}


def _list(value: Any) -> list[str]:
    """An element of a policy, which is one text or several."""
    return [value] if isinstance(value, str) else list(value)


def _remove_interrupted(server: StorageServer, bucket: str) -> int:
    """Remove what interrupted writers left, with all rights; how much that was."""
    with closing(server.client()) as client:
        uploads = client.list_multipart_uploads(Bucket=bucket).get("Uploads", ())
        objects = client.list_objects_v2(Bucket=bucket, Prefix="interrupted/").get("Contents", ())
        for upload_ in uploads:
            client.abort_multipart_upload(Bucket=bucket, Key=upload_["Key"], UploadId=upload_["UploadId"])
        for item in objects:
            client.delete_object(Bucket=bucket, Key=item["Key"])
    return len(uploads) + len(objects)


def _assume_role(server: StorageServer, service: str) -> Mapping[str, str]:
    with closing(server.client("sts")) as sts, closing(server.client("iam")) as iam:
        arn = iam.get_role(RoleName=f"delay-{service}")["Role"]["Arn"]
        keys = sts.assume_role(RoleArn=arn, RoleSessionName="stand")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }


@contextmanager
def _enforced(server: StorageServer) -> Iterator[None]:
    """The server refuses what no policy allows, until the block ends."""
    _set_requests_without_check(server, "0")
    try:
        yield
    finally:
        _set_requests_without_check(server, "inf")


def _set_requests_without_check(server: StorageServer, number: str) -> None:
    request = urllib.request.Request(  # noqa: S310 - a server of this machine
        f"{server.url}/moto-api/reset-auth", number.encode(), {"Content-Type": "text/plain"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
        response.read()


@contextmanager
def _environment(server: StorageServer, keys: Mapping[str, str]) -> Iterator[None]:
    """boto3 uses this server and these keys, and nothing of the user's own, until the block ends."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update({**server.environment, **keys, "AWS_CONFIG_FILE": os.devnull})
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
