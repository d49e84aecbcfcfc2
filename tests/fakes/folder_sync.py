"""Synchronisation with buckets in memory."""

from collections.abc import Iterator
from pathlib import Path

from delay_core.errors import StoreError
from delay_core.ports import folder_sync as port
from delay_core.ports.folder_sync import SyncAction, SyncReport, SyncStep

Files = dict[str, bytes]


class FolderSync(port.FolderSync):
    """`buckets` maps names to files by path; the state after the previous run is kept per folder and bucket."""

    def __init__(self) -> None:
        self.buckets: dict[str, Files] = {}
        self._previous: dict[tuple[Path, str], Files] = {}

    def __call__(
        self, folder: Path, bucket: str, *, dry_run: bool = False, delete: bool = False, restore: bool = False
    ) -> SyncReport:
        if bucket not in self.buckets:
            raise StoreError(f"s3://{bucket}/: there is no such bucket")
        remote, previous = self.buckets[bucket], self._previous.get((folder, bucket), {})
        local = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        steps = tuple(_plan(local, remote, previous, delete=delete, restore=restore, dry_run=dry_run))
        unchanged = len(local.keys() | remote.keys()) - len(steps)
        if not dry_run:
            self._apply(steps, folder, local, remote)
            unresolved = {step.path for step in steps if not step.done}
            before = {path: content for path, content in previous.items() if path in unresolved}
            after = {path: content for path, content in remote.items() if path not in unresolved}
            self._previous[folder, bucket] = before | after
        return SyncReport(str(folder), f"s3://{bucket}/", steps, unchanged, dry_run)

    def _apply(self, steps: tuple[SyncStep, ...], folder: Path, local: Files, remote: Files) -> None:
        for step in (step for step in steps if step.done):
            if step.action == "upload":
                remote[step.path] = local[step.path]
            elif step.action == "download":
                (folder / step.path).parent.mkdir(parents=True, exist_ok=True)
                (folder / step.path).write_bytes(remote[step.path])
            elif step.action == "delete_local":
                (folder / step.path).unlink()
            else:
                del remote[step.path]


def _plan(
    local: Files, remote: Files, previous: Files, *, delete: bool, restore: bool, dry_run: bool
) -> Iterator[SyncStep]:
    for path in sorted(local.keys() | remote.keys()):
        here, there, before = local.get(path), remote.get(path), previous.get(path)
        if here != there:
            action = _action(here, there, before, restore=restore)
            is_done = not dry_run and action != "conflict" and (delete or not action.startswith("delete"))
            yield SyncStep(path, action, is_done, "changed on both sides" if action == "conflict" else "")


def _action(here: bytes | None, there: bytes | None, before: bytes | None, *, restore: bool) -> SyncAction:
    if there is None:
        return "upload" if before is None or restore else "delete_local" if here == before else "conflict"
    if here is None:
        return "download" if before is None or restore else "delete_remote" if there == before else "conflict"
    return "download" if here == before else "upload" if there == before else "conflict"
