"""From a commit to the tags in the manifests.

The tag of the images is the newest commit that changed their inputs. Commits that change only documents, tests or
manifests keep the tag, so that the commit of a deployment does not cause another one.
"""

from collections.abc import Sequence
from pathlib import Path

from infra.cd.git import GitRepository
from infra.cd.kustomization import read_images, write_tag

IMAGE_INPUTS = ("src", "migrations", "infra/images", "pyproject.toml", "requirements-uv.lock")
"""What the images are built from. `infra/images` has their lock files."""


def image_tag(repository: GitRepository, revision: str = "HEAD") -> str:
    """The tag of the images at this revision: a commit SHA."""
    return repository.newest_change(revision, IMAGE_INPUTS)


def is_deployed(tag: str, kustomizations: Sequence[Path]) -> bool:
    """Whether all images of all manifests have this tag."""
    return all(image.tag == tag for path in kustomizations for image in read_images(path))


def deploy_tag(repository: GitRepository, revision: str, kustomizations: Sequence[Path]) -> str | None:
    """Commit the revision's tag into the manifests and return it.

    None if there is nothing to commit: the manifests have this tag, or that of a later commit, whose run was faster.
    """
    tag = image_tag(repository, revision)
    outdated = [
        path
        for path in kustomizations
        if not all(repository.is_ancestor(tag, image.tag) for image in read_images(path))
    ]
    changed = [path for path in outdated if write_tag(path, tag)]
    if not changed:
        return None
    repository.commit(changed, f"Deploy the images of {tag[:12]}")
    return tag
