"""Planning a synchronization, and applying the plan: copies first, then deletions if they are wanted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.s3.client import S3Client
from adapters.s3.sync.bucket import Bucket, ListedObject
from adapters.s3.sync.folder import ConcurrentModification, Folder, LocalFile
from adapters.s3.sync.paths import file_directory_conflicts
from adapters.s3.sync.plan import SkippedPath, SyncPlan, merge_three_way
from adapters.s3.sync.state import SyncedFile, SyncState, read_state
from adapters.s3.upload import ExpectedContent
from delay_core.errors import StoreError
from delay_core.ports import folder_sync as port
from delay_core.ports.folder_sync import SyncAction, SyncReport, SyncStep
from delay_core.ports.progress import Progress

_HEAD_WORKERS = 8
_COPY_WORKERS = 4


@dataclass(frozen=True)
class Snapshot:
    """A plan, and the state of both sides when it was made."""

    plan: SyncPlan
    local: Mapping[str, LocalFile]
    remote: Mapping[str, ListedObject]
    digests: Mapping[str, str]
    """Of the remote files that had to be compared."""
    state: SyncState


class SyncPair:
    """One folder and one bucket (or prefix)."""

    def __init__(self, client: S3Client, folder: Path, bucket: str) -> None:
        """`bucket` is `bucket`, `bucket/prefix` or `s3://bucket/prefix`. Raises StoreError."""
        self._folder = Folder(folder)
        self._bucket = Bucket(client, bucket)

    def plan(self, *, restore: bool = False) -> Snapshot:
        """Compare both sides without changing anything. Raises StoreError."""
        state = read_state(self._folder.root)
        remote, remote_skipped = self._bucket.scan()
        local, local_skipped = self._folder.scan()
        last = state.files_in(self._bucket.remote_id)
        refused = {skipped.path: skipped for skipped in (*local_skipped, *remote_skipped)}
        for path in file_directory_conflicts(local.keys() | remote.keys() | refused.keys()) - refused.keys():
            refused[path] = SkippedPath(path, "is a file and also a folder; rename one of the two")
        refused_folders = tuple(f"{path}/" for path in refused)
        for path in [*local, *remote]:
            if path.startswith(refused_folders):
                refused[path] = SkippedPath(path, "is below a path that is refused")
        local = {path: file for path, file in local.items() if path not in refused}
        remote = {path: item for path, item in remote.items() if path not in refused}
        digests = self._digests(local, remote, last)
        remote_digests = {path: digests.get(path, f"unread {item.etag}") for path, item in remote.items()}
        local_digests = {path: file.sha256 for path, file in local.items()}
        last_digests = {path: file.sha256 for path, file in last.items()}
        plan = merge_three_way(local_digests, remote_digests, last_digests, restore=restore)
        plan = replace(plan, refused=tuple(refused[path] for path in sorted(refused)))
        return Snapshot(plan, local, remote, digests, state)

    def apply(self, snapshot: Snapshot, *, delete: bool = False, progress: Progress | None = None) -> SyncReport:
        """Perform the plan, deletions only with `delete`. Raises StoreError; earlier steps are recorded then."""
        plan = snapshot.plan
        if delete:
            self._refuse_to_empty_side(snapshot)
        with self._folder.lock():
            if read_state(self._folder.root) != snapshot.state:
                raise StoreError(f"{self._folder.root} was synchronized after this plan was made; plan again")
            if plan.upload:
                self._bucket.check_conditional_writes()
            last = snapshot.state.files_in(self._bucket.remote_id)
            synced = {path: file for path, file in last.items() if path in snapshot.local or path in snapshot.remote}
            synced |= {skipped.path: last[skipped.path] for skipped in plan.refused if skipped.path in last}
            for path in plan.unchanged:
                synced[path] = SyncedFile(sha256=snapshot.local[path].sha256, etag=snapshot.remote[path].etag)
            moves = self._moves(plan, delete=delete)
            if progress is not None:
                progress.step(f"{self._folder.root} and {self._bucket.url}", len(moves))
            steps: list[SyncStep] = []
            try:
                for step in _perform(moves, snapshot, synced):
                    steps.append(step)
                    if progress is not None:
                        progress.advance()
            finally:
                self._folder.write_state(snapshot.state.with_files(self._bucket.remote_id, synced))
        return self._report(plan, steps, delete=delete, dry_run=False)

    def preview(self, snapshot: Snapshot, *, delete: bool = False) -> SyncReport:
        """The report of `apply`, without performing the plan."""
        steps = [SyncStep(path, action, done=False) for action, path, _ in self._moves(snapshot.plan, delete=delete)]
        return self._report(snapshot.plan, steps, delete=delete, dry_run=True)

    def _digests(
        self, local: Mapping[str, LocalFile], remote: Mapping[str, ListedObject], last: Mapping[str, SyncedFile]
    ) -> dict[str, str]:
        known = {
            path: last[path].sha256 for path, item in remote.items() if path in last and last[path].etag == item.etag
        }
        unknown = [path for path in remote if path not in known and (path in local or path in last)]
        with ThreadPoolExecutor(_HEAD_WORKERS) as pool:
            return known | dict(zip(unknown, pool.map(self._bucket.digest, unknown), strict=True))

    def _refuse_to_empty_side(self, snapshot: Snapshot) -> None:
        for deleted, other_side, side in (
            (snapshot.plan.delete_local, snapshot.remote, self._bucket.url),
            (snapshot.plan.delete_remote, snapshot.local, self._folder.root),
        ):
            if deleted and not other_side:
                raise StoreError(
                    f"{side} is empty, and had {len(deleted)} files: is it the right one? Nothing was deleted; "
                    "restore the files, or delete those of the other side by hand"
                )

    def _moves(self, plan: SyncPlan, *, delete: bool) -> list[tuple[SyncAction, str, "_Move"]]:
        moves: list[tuple[SyncAction, str, _Move]] = [("upload", path, self._upload) for path in plan.upload]
        moves += [("download", path, self._download) for path in plan.download]
        if delete:
            moves += [("delete_local", path, self._delete_local) for path in plan.delete_local]
            moves += [("delete_remote", path, self._delete_remote) for path in plan.delete_remote]
        return moves

    def _upload(self, path: str, snapshot: Snapshot) -> SyncedFile:
        file = snapshot.local[path]
        with self._folder.open_file(path) as content:
            etag = self._bucket.put(path, content, ExpectedContent(file.sha256, file.size), snapshot.remote.get(path))
        return SyncedFile(sha256=file.sha256, etag=etag)

    def _download(self, path: str, snapshot: Snapshot) -> SyncedFile:
        expected = snapshot.remote[path]
        digests: list[str] = []
        self._folder.replace(
            path, snapshot.local.get(path), lambda file: digests.append(self._bucket.get(path, file, expected))
        )
        return SyncedFile(sha256=digests[0], etag=expected.etag)

    def _delete_local(self, path: str, snapshot: Snapshot) -> None:
        self._folder.remove(path, snapshot.local[path])

    def _delete_remote(self, path: str, snapshot: Snapshot) -> None:
        self._bucket.remove(path, snapshot.remote[path])

    def _report(self, plan: SyncPlan, steps: list[SyncStep], *, delete: bool, dry_run: bool) -> SyncReport:
        if not delete:
            steps += [SyncStep(path, "delete_local", False, "deleted in the bucket") for path in plan.delete_local]
            steps += [SyncStep(path, "delete_remote", False, "deleted in the folder") for path in plan.delete_remote]
        steps += [SyncStep(skipped.path, "conflict", False, skipped.reason) for skipped in plan.conflicts]
        steps += [SyncStep(skipped.path, "refused", False, skipped.reason) for skipped in plan.refused]
        ordered = tuple(sorted(steps, key=lambda step: step.path))
        return SyncReport(str(self._folder.root), self._bucket.url, ordered, len(plan.unchanged), dry_run)


_Move = Callable[[str, Snapshot], SyncedFile | None]


def _perform(
    moves: Sequence[tuple[SyncAction, str, _Move]], snapshot: Snapshot, synced: dict[str, SyncedFile]
) -> Iterator[SyncStep]:
    """Perform copies concurrently, then deletions one by one, since these also delete folders."""
    copies = [move for move in moves if move[0] in ("upload", "download")]
    with ThreadPoolExecutor(_COPY_WORKERS) as pool:
        futures = [pool.submit(_perform_move, *move, snapshot, synced) for move in copies]
        try:
            for future in futures:
                yield future.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for move in moves[len(copies) :]:
        yield _perform_move(*move, snapshot, synced)


def _perform_move(
    action: SyncAction, path: str, move: _Move, snapshot: Snapshot, synced: dict[str, SyncedFile]
) -> SyncStep:
    try:
        file = move(path, snapshot)
    except ConcurrentModification as error:
        return SyncStep(path, "conflict", False, str(error))
    if file is None:
        synced.pop(path, None)
    else:
        synced[path] = file
    return SyncStep(path, action, done=True)


class FolderSync(port.FolderSync):
    """Synchronizes folders with buckets of one S3 service."""

    def __init__(self, client: S3Client, progress: Progress | None = None) -> None:
        self._client = client
        self._progress = progress

    def __call__(
        self, folder: Path, bucket: str, *, dry_run: bool = False, delete: bool = False, restore: bool = False
    ) -> SyncReport:
        pair = SyncPair(self._client, folder, bucket)
        snapshot = pair.plan(restore=restore)
        if dry_run:
            return pair.preview(snapshot, delete=delete)
        return pair.apply(snapshot, delete=delete, progress=self._progress)
