"""`python -m infra.cd tag|deploy|push|build|registry`: images, and their tags in the manifests."""

import argparse
import sys
from pathlib import Path

from infra.cd.delivery import deploy_tag, image_tag, is_deployed
from infra.cd.errors import DeliveryError
from infra.cd.git import GitRepository
from infra.cd.image_publishing import build_images, target_of
from infra.cd.kustomization import read_images

KUSTOMIZATION = Path("k8s/overlays/production/kustomization.yaml")


def main() -> int:
    """The exit status is 1 if the command fails."""
    parser = argparse.ArgumentParser(prog="python -m infra.cd", description=__doc__)
    parser.add_argument(
        "--kustomization", type=Path, nargs="+", default=[KUSTOMIZATION], help=f"default: {KUSTOMIZATION}"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("tag", help="print the tag of the images, and whether the manifests lack it")
    deploy = commands.add_parser("deploy", help="commit the tag into the manifests, if they lack it")
    deploy.add_argument("--revision", default="HEAD", help="the commit that CI passed; default: %(default)s")
    commands.add_parser("registry", help="print the host to which images are published")
    push = commands.add_parser("push", help="push the commit")
    push.add_argument("--branch", default="main", help="default: %(default)s")
    build = commands.add_parser("build", help="build the images for two architectures")
    build.add_argument("--publish", action="store_true", help="push them, with SBOM and provenance")
    arguments = parser.parse_args()
    try:
        lines = _run(arguments, GitRepository(Path.cwd()), arguments.kustomization)
    except DeliveryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def _run(arguments: argparse.Namespace, repository: GitRepository, kustomizations: list[Path]) -> list[str]:
    if arguments.command == "tag":
        tag = image_tag(repository)
        return [f"tag={tag}", f"changed={str(not is_deployed(tag, kustomizations)).lower()}"]
    if arguments.command == "deploy":
        deployed = deploy_tag(repository, arguments.revision, kustomizations)
        return [f"Committed the tag {deployed}." if deployed else "The manifests have the tag already."]
    if arguments.command == "push":
        repository.push(arguments.branch)
        return []
    images = read_images(kustomizations[0])
    if arguments.command == "registry":
        return [images[0].published_name.partition("/")[0]]
    digests = build_images(repository.root, images, image_tag(repository), arguments.publish)
    names = [f"{target_of(image)}_name={image.published_name}" for image in images]
    return [*names, *(f"{target}_digest={digest}" for target, digest in digests.items() if digest)]


if __name__ == "__main__":
    sys.exit(main())
