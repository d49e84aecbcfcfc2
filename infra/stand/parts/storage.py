"""The stack on a real S3 and IAM server: no drift, files copied both ways, the rights of services, destroyed."""

from contextlib import closing
from pathlib import Path

from delay_core.errors import StoreError
from infra.local.services import BUCKETS
from infra.local.waiting import free_port
from infra.stand.commands import run_command, tool
from infra.stand.part import PartFailed
from infra.stand.rights import prove_rights
from infra.terraform.local_stack import LocalStack
from infra.terraform.storage_server import StorageServer


def run(folder: Path) -> str:
    """Everything runs on one server, which ends with the part."""
    stack = LocalStack(folder / "services")
    try:
        started = stack.up(free_port())
        if changes := stack.drift():
            raise PartFailed(f"the plan after the first apply has changes:\n{changes}")
        _synchronize(folder, dict(started.urls))
        note = prove_rights(stack.server)
        _plant_drift(stack)
        for bucket in BUCKETS:
            _empty(stack.server, bucket)
        stack.terraform.destroy()
        if left := _buckets(stack.server):
            raise PartFailed(f"terraform destroy left the buckets {', '.join(left)}")
    except StoreError as error:
        raise PartFailed(str(error)) from error
    finally:
        stack.down(purge=True)
    return note


def _synchronize(folder: Path, urls: dict[str, str]) -> None:
    """A file that one folder uploads is the same bytes in another folder."""
    here, there = folder / "here", folder / "there"
    for side in (here, there):
        side.mkdir()
    (here / "table.csv").write_bytes(b"id,late\n1,0\n")
    for side in (here, there):
        run_command(
            tool("delay", ".venv"), "s3-sync", "--bucket", BUCKETS[0], "--folder", side, cwd=folder, variables=urls
        )
    if (there / "table.csv").read_bytes() != (here / "table.csv").read_bytes():
        raise PartFailed("delay s3-sync: the file that came back differs from the file that was uploaded")


def _plant_drift(stack: LocalStack) -> None:
    with closing(stack.server.client()) as client:
        client.delete_public_access_block(Bucket=BUCKETS[0])
    if "aws_s3_bucket_public_access_block" not in (stack.drift() or ""):
        raise PartFailed("the plan does not show that the public access block of a bucket is missing")


def _empty(server: StorageServer, bucket: str) -> None:
    with closing(server.client()) as client:
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])


def _buckets(server: StorageServer) -> list[str]:
    with closing(server.client()) as client:
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
