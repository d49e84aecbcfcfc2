"""`python -m infra.images build|test [NAME …]`: build the images, and start them for real, without a Docker engine."""

import argparse
import sys

from infra.images.image_build import IMAGES
from infra.images.image_tests import ImageTests
from infra.images.podman import ImageError


def main() -> int:
    """The exit status is 1 if an image is not what it should be."""
    arguments = _parser().parse_args()
    tests = ImageTests(lambda line: print(line, flush=True))  # noqa: T201 - a command
    try:
        if arguments.command == "build":
            tests.build(arguments.images or IMAGES)
        else:
            tests.run(arguments.images or IMAGES, only_changed=arguments.changed, twice=arguments.twice)
    except ImageError as error:
        print(f"infra.images: {error}", file=sys.stderr)  # noqa: T201 - as above
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.images", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    build, test = commands.add_parser("build", help="build only"), commands.add_parser("test", help="build and check")
    for command in (build, test):
        command.add_argument("images", nargs="*", metavar="NAME", choices=[[], *IMAGES], help=f"of {', '.join(IMAGES)}")
    test.add_argument("--changed", action="store_true", help="skip images whose inputs passed here before")
    test.add_argument("--twice", action="store_true", help="build again without cache, and compare the layers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
