"""Plan, then apply: what differs by digest moves, what was deleted stays so, what both changed is told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.s3.connection import Connection
from adapters.s3.sync.bucket import Bucket, Listed
from adapters.s3.sync.folder import Changed, Folder, LocalFile
from adapters.s3.sync.paths import clashing
from adapters.s3.sync.plan import Plan, Told, three_way
from adapters.s3.sync.state import Alike, State, read_state
from adapters.s3.upload import Content
from delay_core.errors import StoreError
from delay_core.ports import folder_sync as port
from delay_core.ports.folder_sync import SyncAction, SyncReport, SyncStep
from delay_core.ports.progress import Progress

_LOOKS_AT_ONCE = 8
_COPIES_AT_ONCE = 4


@dataclass(frozen=True)
class Survey:
    """A plan, and what both sides were when it was made."""

    plan: Plan
    local: Mapping[str, LocalFile]
    remote: Mapping[str, Listed]
    digests: Mapping[str, str]
    """Of remote files, as far as they had to be known."""
    state: State


class Sync:
    """One folder and one bucket (or prefix)."""

    def __init__(self, connection: Connection, folder: Path, bucket: str) -> None:
        """`bucket` is `bucket`, `bucket/prefix` or `s3://bucket/prefix`. Raises StoreError."""
        self._folder = Folder(folder)
        self._bucket = Bucket(connection, bucket)

    def plan(self, *, resurrect: bool = False) -> Survey:
        """Compare both sides; nothing is changed. Raises StoreError."""
        state = read_state(self._folder.root)
        remote, refused_there = self._bucket.scan()
        local, refused_here = self._folder.scan()
        last = state.of(self._bucket.identity)
        refused = {told.path: told for told in (*refused_here, *refused_there)}
        for path in clashing(local.keys() | remote.keys() | refused.keys()) - refused.keys():
            refused[path] = Told(path, "is both a file and a folder; rename one of the two")
        below = tuple(f"{path}/" for path in refused)
        for path in [*local, *remote]:
            if path.startswith(below):
                refused[path] = Told(path, "lies below a path that is refused")
        local = {path: file for path, file in local.items() if path not in refused}
        remote = {path: each for path, each in remote.items() if path not in refused}
        digests = self._digests(local, remote, last)
        there = {path: digests.get(path, f"unread {each.etag}") for path, each in remote.items()}
        here = {path: file.sha256 for path, file in local.items()}
        before = {path: alike.sha256 for path, alike in last.items()}
        plan = three_way(here, there, before, resurrect=resurrect)
        plan = replace(plan, refused=tuple(refused[path] for path in sorted(refused)))
        return Survey(plan, local, remote, digests, state)

    def apply(self, survey: Survey, *, delete: bool = False, progress: Progress | None = None) -> SyncReport:
        """Do what was planned, deletions only when told to. Raises StoreError; what was done by then is remembered."""
        plan = survey.plan
        if delete:
            self._spare_the_last_copy(survey)
        with self._folder.locked():
            if read_state(self._folder.root) != survey.state:
                raise StoreError(f"{self._folder.root} was synchronised since this plan was made; plan again")
            last = survey.state.of(self._bucket.identity)
            alike = {path: each for path, each in last.items() if path in survey.local or path in survey.remote}
            alike |= {told.path: last[told.path] for told in plan.refused if told.path in last}
            for path in plan.unchanged:
                alike[path] = Alike(sha256=survey.local[path].sha256, etag=survey.remote[path].etag)
            moves = self._moves(plan, delete=delete)
            if progress is not None:
                progress.step(f"{self._folder.root} and {self._bucket.url}", len(moves))
            steps: list[SyncStep] = []
            try:
                for step in _in_order(moves, survey, alike):
                    steps.append(step)
                    if progress is not None:
                        progress.advance()
            finally:
                self._folder.write_state(survey.state.with_files(self._bucket.identity, alike))
        return self._report(plan, steps, delete=delete, dry_run=False)

    def would(self, survey: Survey, *, delete: bool = False) -> SyncReport:
        """What `apply` would do."""
        steps = [SyncStep(path, action, done=False) for action, path, _ in self._moves(survey.plan, delete=delete)]
        return self._report(survey.plan, steps, delete=delete, dry_run=True)

    def _digests(
        self, local: Mapping[str, LocalFile], remote: Mapping[str, Listed], last: Mapping[str, Alike]
    ) -> dict[str, str]:
        known = {
            path: last[path].sha256 for path, each in remote.items() if path in last and last[path].etag == each.etag
        }
        unknown = [path for path in remote if path not in known and (path in local or path in last)]
        with ThreadPoolExecutor(_LOOKS_AT_ONCE) as pool:
            return known | dict(zip(unknown, pool.map(self._bucket.digest, unknown), strict=True))

    def _spare_the_last_copy(self, survey: Survey) -> None:
        for gone, there, side in (
            (survey.plan.delete_local, survey.remote, self._bucket.url),
            (survey.plan.delete_remote, survey.local, self._folder.root),
        ):
            if gone and not there:
                raise StoreError(
                    f"{side} is empty, and had {len(gone)} files: is it the right one? Nothing was deleted; "
                    "--resurrect fills it again, or delete the other side by hand"
                )

    def _moves(self, plan: Plan, *, delete: bool) -> list[tuple[SyncAction, str, "_Move"]]:
        moves: list[tuple[SyncAction, str, _Move]] = [("upload", path, self._upload) for path in plan.upload]
        moves += [("download", path, self._download) for path in plan.download]
        if delete:
            moves += [("delete_local", path, self._delete_local) for path in plan.delete_local]
            moves += [("delete_remote", path, self._delete_remote) for path in plan.delete_remote]
        return moves

    def _upload(self, path: str, survey: Survey) -> Alike:
        file = survey.local[path]
        with self._folder.opened(path) as opened:
            etag = self._bucket.put(path, opened, Content(file.sha256, file.size), survey.remote.get(path))
        return Alike(sha256=file.sha256, etag=etag)

    def _download(self, path: str, survey: Survey) -> Alike:
        seen = survey.remote[path]
        digests: list[str] = []
        self._folder.replace(
            path, survey.local.get(path), lambda file: digests.append(self._bucket.get(path, file, seen))
        )
        return Alike(sha256=digests[0], etag=seen.etag)

    def _delete_local(self, path: str, survey: Survey) -> None:
        self._folder.remove(path, survey.local[path])

    def _delete_remote(self, path: str, survey: Survey) -> None:
        self._bucket.remove(path, survey.remote[path])

    def _report(self, plan: Plan, steps: list[SyncStep], *, delete: bool, dry_run: bool) -> SyncReport:
        if not delete:
            steps += [SyncStep(path, "delete_local", False, "deleted in the bucket") for path in plan.delete_local]
            steps += [SyncStep(path, "delete_remote", False, "deleted in the folder") for path in plan.delete_remote]
        steps += [SyncStep(told.path, "conflict", False, told.why) for told in plan.conflicts]
        steps += [SyncStep(told.path, "refused", False, told.why) for told in plan.refused]
        ordered = tuple(sorted(steps, key=lambda step: step.path))
        return SyncReport(str(self._folder.root), self._bucket.url, ordered, len(plan.unchanged), dry_run)


_Move = Callable[[str, Survey], Alike | None]


def _in_order(
    moves: Sequence[tuple[SyncAction, str, _Move]], survey: Survey, alike: dict[str, Alike]
) -> Iterator[SyncStep]:
    """Copies, several at once; then deletions, one by one, since they remove folders too."""
    copies = [move for move in moves if move[0] in ("upload", "download")]
    with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
        waiting = [pool.submit(_done, *move, survey, alike) for move in copies]
        try:
            for each in waiting:
                yield each.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for move in moves[len(copies) :]:
        yield _done(*move, survey, alike)


def _done(action: SyncAction, path: str, move: _Move, survey: Survey, alike: dict[str, Alike]) -> SyncStep:
    try:
        now = move(path, survey)
    except Changed as changed:
        return SyncStep(path, "conflict", False, str(changed))
    if now is None:
        alike.pop(path, None)
    else:
        alike[path] = now
    return SyncStep(path, action, done=True)


class FolderSync(port.FolderSync):
    """Synchronises folders with buckets of one S3 service."""

    def __init__(self, connection: Connection, progress: Progress | None = None) -> None:
        self._connection = connection
        self._progress = progress

    def __call__(
        self, folder: Path, bucket: str, *, dry_run: bool = False, delete: bool = False, restore: bool = False
    ) -> SyncReport:
        pair = Sync(self._connection, folder, bucket)
        survey = pair.plan(resurrect=restore)
        if dry_run:
            return pair.would(survey, delete=delete)
        return pair.apply(survey, delete=delete, progress=self._progress)
