"""Each service may do what its code needs and nothing else: the product's calls, on a server that enforces policies."""

import json
import os
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from delay_core.errors import StoreError
from infra.stand.part import PartFailed
from infra.stand.storage_uses import (
    DATA,
    MODELS,
    PIPELINES,
    read,
    read_bundles,
    remove_interrupted,
    write,
    write_bundle_of_pipelines,
    write_bundles,
)
from infra.terraform.storage_server import StorageServer


@dataclass(frozen=True)
class _Use:
    """A use of the buckets, and the services that may make it."""

    title: str
    call: Callable[[], None]
    services: frozenset[str]


SERVICES = ("training", "serving", "monitoring", "recalibration", "tracking")
"""Training is the first: the others read what it writes."""
_MODEL_WRITERS = frozenset({"training", "recalibration", "tracking"})
USES = (
    _Use("write the data", partial(write, DATA), frozenset({"training"})),
    _Use("read the data", partial(read, DATA), frozenset({"training", "monitoring"})),
    _Use("write the models", partial(write, MODELS), _MODEL_WRITERS),
    _Use("read the models", partial(read, MODELS), _MODEL_WRITERS | {"serving"}),
)
BUNDLE_USES = (
    _Use(
        "read the bundles of pipelines", read_bundles, frozenset({"training", "serving", "monitoring", "recalibration"})
    ),
    _Use("write bundles beside those of pipelines", write_bundles, frozenset({"training", "recalibration"})),
)
"""Possible once training has written a bundle."""


def prove_rights(server: StorageServer) -> str:
    """A note with the numbers of calls. Raises PartFailed, StoreError."""
    keys = {service: _assume_role(server, service) for service in SERVICES}
    refused = [_prove_use(server, service, keys[service], use) for service in SERVICES for use in USES]
    with _enforced(server), _environment(server, keys["training"]):
        write_bundle_of_pipelines()
    refused += [_prove_use(server, service, keys[service], use) for service in SERVICES for use in BUNDLE_USES]
    actions = _prove_that_each_action_is_needed(
        server, keys["training"], _Duty("training", "", partial(write, DATA), partial(read, DATA))
    )
    actions += _prove_that_each_action_is_needed(
        server, keys["recalibration"], _Duty("recalibration", PIPELINES, write_bundles, read_bundles)
    )
    return f"{len(refused) - sum(refused)} uses allowed, {sum(refused)} refused, {actions} actions needed"


def _prove_use(server: StorageServer, service: str, keys: Mapping[str, str], use: _Use) -> bool:
    """Whether the service is refused, as it should be unless it may make the use. Raises PartFailed."""
    allowed = service in use.services
    with _enforced(server), _environment(server, keys):
        is_refused = _is_refused(use.call)
    if is_refused == allowed:
        raise PartFailed(f"{service} {'may' if allowed else 'must not'} {use.title}, but that was not so")
    return is_refused


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


@dataclass(frozen=True)
class _Duty:
    """What a service does below a folder of the bucket of data."""

    service: str
    prefix: str
    write: Callable[[], None]
    read: Callable[[], None]


def _prove_that_each_action_is_needed(server: StorageServer, keys: Mapping[str, str], duty: _Duty) -> int:
    """Without any one action of its policy, the service fails, or leaves something behind. Raises PartFailed."""
    with closing(server.client("iam")) as iam:
        name = f"delay-{duty.service}"
        [policy] = (item for item in iam.list_policies()["Policies"] if item["PolicyName"] == name)
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        document = version["PolicyVersion"]["Document"]
        actions = sorted({action for statement in document["Statement"] for action in _list(statement["Action"])})
        try:
            for action in actions:
                _replace_policy(iam, policy["Arn"], _without(document, action))
                remove_interrupted(server, duty.prefix)
                with _enforced(server), _environment(server, keys):
                    enough = not _is_refused(duty.write) and not _is_refused(duty.read)
                if not remove_interrupted(server, duty.prefix) and enough:
                    raise PartFailed(f"the policy of {duty.service} has {action}, which nothing needs; remove it")
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
